module openfunction.dev/examples/main-go

go 1.24
