/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package shipwright

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	buildv1beta1 "github.com/shipwright-io/build/pkg/apis/build/v1beta1"
	"k8s.io/utils/ptr"

	"openfunction.dev/openfunction/pkg/plaintext"
)

// notRegistered is Shipwright's reason of a run that names what does not exist.
const notRegistered = "BuildRegistrationFailed"

// missingSecrets matches Shipwright's message about Secrets that do not exist, with their
// names. Shipwright looks them up before the run begins.
var missingSecrets = regexp.MustCompile(`^(?:referenced secret (\S+) not found|missing secrets are (\S+))$`)

// secretsNotFound returns the message for a run that ended because Secrets did not exist,
// with the fields that name them; empty if it ended otherwise. Shipwright's word is used,
// because this project does not read Secrets.
func secretsNotFound(run *buildv1beta1.BuildRun, cond *buildv1beta1.Condition) string {
	found := missingSecrets.FindStringSubmatch(cond.Message)
	spec := run.Spec.Build.Spec
	if cond.Reason != notRegistered || found == nil || spec == nil {
		return ""
	}
	missing := strings.Split(found[1]+found[2], ",")
	var sentences []string
	add := func(field string, secret *string, create string) {
		if name := ptr.Deref(secret, ""); slices.Contains(missing, name) {
			sentences = append(sentences, fmt.Sprintf("%s: the Secret %q does not exist; create it: kubectl create secret %s",
				field, name, fmt.Sprintf(create, name, run.Namespace)))
		}
	}
	add("spec.imageCredentials", spec.Output.PushSecret, registryLogin(spec.Output.Image))
	if source := spec.Source; source != nil {
		const field = "spec.build.srcRepo.credentials"
		if source.Git != nil {
			add(field, source.Git.CloneSecret, gitLogin(source.Git.URL))
		}
		if source.OCIArtifact != nil {
			add(field, source.OCIArtifact.PullSecret, registryLogin(source.OCIArtifact.Image))
		}
	}
	if len(sentences) == 0 {
		return ""
	}
	return plaintext.Head(strings.Join(sentences, "; ")+"; the build starts within a minute after that", maxWords)
}

// registryLogin returns the arguments that create a Secret for the registry of an image,
// with verbs for its name and namespace.
func registryLogin(image string) string {
	server := registryOf(image)
	if server == "docker.io" {
		server = "https://index.docker.io/v1/"
	}
	return "docker-registry %s -n %s --docker-server=" + strings.ReplaceAll(server, "%", "%%") +
		" --docker-username=ME --docker-password=TOKEN"
}

// gitLogin returns the arguments that create a Secret for a repository, with verbs for its
// name and namespace.
func gitLogin(url string) string {
	if strings.HasPrefix(url, "https://") || strings.HasPrefix(url, "http://") {
		return "generic %s -n %s --type=kubernetes.io/basic-auth --from-literal=username=ME --from-literal=password=TOKEN"
	}
	return "generic %s -n %s --type=kubernetes.io/ssh-auth --from-file=ssh-privatekey=ID --from-file=known_hosts=HOSTS"
}
