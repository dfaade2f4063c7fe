module openfunction.dev/examples/events-go

go 1.24.0

require openfunction.dev/functions-framework-go v0.1.0
