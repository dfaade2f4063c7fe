/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Command build-step runs the steps of the build strategy "openfunction":
//
//	build-step prepare FLAGS -- NAME=BASE64...
//	build-step create FLAGS -- INSECURE-REGISTRY...
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"openfunction.dev/openfunction/pkg/buildstep"
	"openfunction.dev/openfunction/pkg/cacerts"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	var results buildstep.Results
	err := run(ctx, os.Args[1:], &results)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "ERROR:", err)
		if err := results.WriteFailure(err); err != nil {
			fmt.Fprintln(os.Stderr, "ERROR: record the failure:", err)
		}
		os.Exit(1)
	}
}

func run(ctx context.Context, arguments []string, results *buildstep.Results) error {
	var prepare buildstep.Prepare
	var create buildstep.Create
	flags := flag.NewFlagSet("build-step", flag.ContinueOnError)
	flags.StringVar(&results.ErrorReason, "result-error-reason", os.DevNull, "file for the reason of a failure")
	flags.StringVar(&results.ErrorMessage, "result-error-message", os.DevNull, "file for the message of a failure")
	flags.StringVar(&results.Digest, "result-digest", os.DevNull, "file for the image's digest")
	flags.StringVar(&results.Artifacts, "artifacts", "", "file for what the step used, as Tekton takes it")
	flags.StringVar(&prepare.Platform, "platform", "/platform", "platform folder of the lifecycle")
	flags.StringVar(&prepare.Tool, "copy-to", "", "where prepare copies this program to")
	flags.StringVar(&create.Creator, "creator", "/cnb/lifecycle/creator", "the lifecycle's creator")
	flags.StringVar(&create.Source, "source", "", "root of the source")
	flags.StringVar(&create.App, "app", "", "folder of the source that is built")
	flags.StringVar(&create.Layers, "layers", "/layers", "layers folder of the lifecycle")
	flags.StringVar(&create.Image, "image", "", "image to build")
	flags.StringVar(&create.RunImage, "run-image", "", "base of the image; default: the builder's choice")
	flags.StringVar(&create.CacheImage, "cache-image", buildstep.CacheAuto, "cache image, auto or none")
	flags.BoolVar(&create.Insecure, "insecure", false, "the image's registry has no TLS")
	if len(arguments) == 0 {
		return errors.New("set a step: prepare or create")
	}
	if err := flags.Parse(arguments[1:]); err != nil {
		return err
	}
	switch arguments[0] {
	case "prepare":
		prepare.Env = flags.Args()
		return prepare.Run()
	case "create":
		create.Platform, create.Results, create.Output = prepare.Platform, *results, os.Stdout
		create.InsecureRegistries, create.CACertificates = flags.Args(), os.Getenv(cacerts.Variable)
		return create.Run(ctx)
	}
	return fmt.Errorf("no step named %s: prepare or create", arguments[0])
}
