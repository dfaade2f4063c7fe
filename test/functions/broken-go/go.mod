module openfunction.dev/examples/broken-go

go 1.24
