module openfunction.dev/examples/notes-go

go 1.24.0

require openfunction.dev/functions-framework-go v0.1.0
