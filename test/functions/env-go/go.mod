module openfunction.dev/examples/env-go

go 1.24
