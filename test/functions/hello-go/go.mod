module openfunction.dev/examples/hello-go

go 1.24
