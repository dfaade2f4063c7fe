module openfunction.dev/functions-framework-go

go 1.24.0
