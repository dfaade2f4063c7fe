/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package buildenv

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// maxNameBytes is the limit of file names: a buildpack platform passes variables as
// files.
const maxNameBytes = 253

var identifier = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// Variables that change how the programs of the platform run instead of what is built:
// the lifecycle, the dynamic linker, shells, language runtimes of buildpacks, and git
// and ssh, which fetch modules and can be made to run other programs.
var (
	reservedPrefixes = []string{"CNB_", "LD_", "DYLD_", "GLIBC_", "MALLOC_", "TEKTON_", "SHP_", "GIT_ALTERNATE_", "GIT_CONFIG", "GIT_SSL_", "GIT_TRACE"}
	reservedNames    = []string{
		"BASHOPTS", "BASH_ENV", "DOCKER_CONFIG", "ENV", "HOME", "HOSTNAME", "IFS", "NODE_OPTIONS",
		"PATH", "PERL5OPT", "PWD", "PYTHONSTARTUP", "RUBYOPT", "SHELLOPTS", "TMPDIR",
		"GIT_ASKPASS", "GIT_EDITOR", "GIT_EXEC_PATH", "GIT_EXTERNAL_DIFF", "GIT_PAGER", "GIT_PROXY_COMMAND",
		"GIT_SSH", "GIT_SSH_COMMAND", "GIT_TEMPLATE_DIR", "SSH_ASKPASS",
		"GCONV_PATH", "GIT_ALLOW_PROTOCOL", "GIT_COMMON_DIR", "GIT_DIR", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY",
		"GIT_SEQUENCE_EDITOR", "GIT_SSH_VARIANT", "GIT_WORK_TREE", "HOSTALIASES", "LOCPATH", "NLSPATH", "PERL5LIB",
		"PROMPT_COMMAND", "PS4", "PYTHONHOME", "RES_OPTIONS", "RESOLV_HOST_CONF", "RUBYLIB",
	}

	// stepPrefixes and stepSuffixes are of variables that the programs of build
	// strategies read: the certificates and proxies they trust, their credentials, and
	// code that language runtimes load.
	stepPrefixes = []string{
		"AWS_", "AZURE_", "BUILDAH_", "CONTAINERS_", "CURL_", "DOCKER_", "GIT_", "GOOGLE_", "JAVA_", "JDK_", "KUBE",
		"NODE_", "NPM_CONFIG_", "PERL", "PYTHON", "REGISTRY_", "REQUESTS_", "RUBY", "SSH_", "SSL_", "STORAGE_", "XDG_", "_JAVA_",
	}
	stepSuffixes = []string{"_PROXY"}
)

// ReachesPrograms reports whether the programs of a build strategy may read the variable.
// Some strategies pass the environment of the build to all of their steps, and these
// steps can have more permissions than the author of the function.
func ReachesPrograms(name string) bool {
	name = strings.ToUpper(name)
	return slices.ContainsFunc(stepPrefixes, func(prefix string) bool { return strings.HasPrefix(name, prefix) }) ||
		slices.ContainsFunc(stepSuffixes, func(suffix string) bool { return strings.HasSuffix(name, suffix) })
}

// ValidateName returns an error if a build must not set a variable of that name.
func ValidateName(name string) error {
	if !identifier.MatchString(name) {
		return fmt.Errorf("%q is no variable name: use letters, digits and _, and no digit first", name)
	}
	if len(name) > maxNameBytes {
		return fmt.Errorf("the variable name %.20s... is longer than %d bytes", name, maxNameBytes)
	}
	reserved := slices.Contains(reservedNames, name) ||
		slices.ContainsFunc(reservedPrefixes, func(prefix string) bool { return strings.HasPrefix(name, prefix) })
	if reserved {
		return fmt.Errorf("%s is reserved for the build itself: use another name", name)
	}
	return nil
}
