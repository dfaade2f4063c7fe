/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta2

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/utils/ptr"
	"knative.dev/pkg/apis"
	duckv1 "knative.dev/pkg/apis/duck/v1"

	"openfunction.dev/openfunction/pkg/apis/imageref"
)

var functionCondSet = apis.NewLivingConditionSet(
	FunctionConditionBuilderReady,
	FunctionConditionServingReady,
	FunctionConditionRouteReady,
)

// GetConditionSet returns the conditions that Ready consists of.
func (*Function) GetConditionSet() apis.ConditionSet {
	return functionCondSet
}

// GetStatus returns the status that the generated reconciler keeps.
func (f *Function) GetStatus() *duckv1.Status {
	return &f.Status.Status
}

// GetGroupVersionKind returns the kind for owner references.
func (*Function) GetGroupVersionKind() schema.GroupVersionKind {
	return SchemeGroupVersion.WithKind("Function")
}

// IsReady reports whether the latest generation serves.
func (f *Function) IsReady() bool {
	return f.Status.ObservedGeneration == f.Generation &&
		f.Status.GetCondition(FunctionConditionReady).IsTrue()
}

// InitializeConditions sets the conditions that are missing to Unknown.
func (fs *FunctionStatus) InitializeConditions() {
	functionCondSet.Manage(fs).InitializeConditions()
}

// MarkBuildNotRequired marks BuilderReady as True: spec.image is served as it is.
func (fs *FunctionStatus) MarkBuildNotRequired() {
	functionCondSet.Manage(fs).MarkTrueWithReason(FunctionConditionBuilderReady, ReasonNotRequired,
		"spec.build is not set")
	fs.Build = &FunctionBuildStatus{State: StateSkipped}
	fs.Revision, fs.Sources = nil, nil
}

// MarkBuildCancelled marks BuilderReady as False: the user cancelled the build.
func (fs *FunctionStatus) MarkBuildCancelled() {
	functionCondSet.Manage(fs).MarkFalse(FunctionConditionBuilderReady, StateReasonCancelled,
		"spec.build.state is Cancelled; remove it and set another spec.build.rebuildToken to build again")
	fs.summariseBuild(StateCanceled, "")
}

// MarkBuildWaitingForCancel marks BuilderReady as Unknown: the superseded Builder of
// that name has to end before the next build starts.
func (fs *FunctionStatus) MarkBuildWaitingForCancel(name string) {
	functionCondSet.Manage(fs).MarkUnknown(FunctionConditionBuilderReady, ReasonWaitingForCancel,
		"the superseded Builder %q is being cancelled", name)
	fs.summariseBuild(StateBuilding, "")
}

// MarkBuilderNotOwned marks BuilderReady as False: a Builder of the wanted name belongs
// to another owner.
func (fs *FunctionStatus) MarkBuilderNotOwned(name string) {
	functionCondSet.Manage(fs).MarkFalse(FunctionConditionBuilderReady, ReasonNotOwned,
		"Builder %q exists and does not belong to this Function; delete or rename it", name)
	fs.summariseBuild(StateFailed, name)
}

// MarkBuildRefused marks BuilderReady as False with the reason why no Builder is
// created.
func (fs *FunctionStatus) MarkBuildRefused(reason, message string) {
	functionCondSet.Manage(fs).MarkFalse(FunctionConditionBuilderReady, reason, "%s", message)
	fs.summariseBuild(StateFailed, "")
}

// MarkBuilt marks BuilderReady as True: the Builder of that name, which was deleted,
// built the current inputs. image is its image by digest.
func (fs *FunctionStatus) MarkBuilt(name, image string) {
	functionCondSet.Manage(fs).MarkTrue(FunctionConditionBuilderReady)
	fs.useBuild(FunctionBuild{Builder: name, Image: image})
	if fs.Build == nil || fs.Build.ResourceRef != name || fs.Build.Output == nil {
		_, digest, _ := strings.Cut(image, "@")
		fs.Build = &FunctionBuildStatus{
			ResourceRef: name, ResourceHash: contentKeyOf(name), Output: &BuildOutput{Digest: digest},
		}
		fs.Revision, fs.Sources = &FunctionRevision{ImageDigest: digest}, nil
	}
	fs.Build.State, fs.Build.Reason, fs.Build.Message = StateSucceeded, "", ""
}

// PropagateBuilder copies the condition of the Builder to BuilderReady.
// servingMeanwhile is the name of the Serving that serves in the meantime, or empty.
func (fs *FunctionStatus) PropagateBuilder(b *Builder, servingMeanwhile string) {
	cond := b.Status.GetCondition(BuilderConditionSucceeded)
	if b.Status.ObservedGeneration != b.Generation {
		cond = nil
	}
	m := functionCondSet.Manage(fs)
	if isInProgress(cond) {
		m.MarkUnknown(FunctionConditionBuilderReady, ReasonBuilding,
			"Builder %q builds the image; see kubectl describe fb %s -n %s", b.Name, b.Name, b.Namespace)
	} else {
		propagate(m, FunctionConditionBuilderReady, cond, servingMeanwhile)
	}
	// The reconciler reports an image that cannot be parsed.
	if image, err := b.BuiltImage(); cond.IsTrue() && image != "" && err == nil {
		fs.useBuild(FunctionBuild{Builder: b.Name, Image: image, Commit: b.Status.commit()})
		fs.Revision = &FunctionRevision{ImageDigest: b.Status.Output.Digest}
		fs.Sources = b.Status.Sources
	}
	fs.summariseBuild(buildState(fs.GetCondition(FunctionConditionBuilderReady), b), b.Name)
	ended := b.Status.DeepCopy()
	fs.Build.BuildDuration, fs.Build.Output = ended.BuildDuration, ended.Output
	fs.Build.Sources, fs.Build.BuildProvenance = ended.Sources, ended.BuildProvenance
}

// summariseBuild repeats the condition in the form of the old project.
func (fs *FunctionStatus) summariseBuild(state, name string) {
	own := fs.GetCondition(FunctionConditionBuilderReady)
	fs.Build = &FunctionBuildStatus{
		State: state, Reason: own.GetReason(), Message: own.GetMessage(),
		ResourceRef: name, ResourceHash: contentKeyOf(name),
	}
}

// MarkServingNotRequired marks ServingReady as True: the function only builds.
func (fs *FunctionStatus) MarkServingNotRequired() {
	functionCondSet.Manage(fs).MarkTrueWithReason(FunctionConditionServingReady, ReasonNotRequired,
		"spec.serving is not set")
	fs.Serving = &FunctionServingStatus{State: StateSkipped}
	fs.Image = ""
	fs.use(func(used *FunctionInUse) { used.Serving, used.Runtime, used.Revisions = "", "", nil })
}

// MarkWaitingForImage marks ServingReady as Unknown: the current version has no image
// yet.
func (fs *FunctionStatus) MarkWaitingForImage() {
	functionCondSet.Manage(fs).MarkUnknown(FunctionConditionServingReady, ReasonWaitingForImage,
		"the build has not produced an image yet")
	fs.summariseServing("")
}

// MarkServingNotOwned marks ServingReady as False: a Serving of the wanted name belongs
// to another owner.
func (fs *FunctionStatus) MarkServingNotOwned(name string) {
	functionCondSet.Manage(fs).MarkFalse(FunctionConditionServingReady, ReasonNotOwned,
		"Serving %q exists and does not belong to this Function; delete or rename it", name)
	fs.summariseServing(name)
}

// MarkServingTerminating marks ServingReady as Unknown: the Serving of the wanted name
// belongs to a Function that was deleted, and ends soon.
func (fs *FunctionStatus) MarkServingTerminating(name string) {
	functionCondSet.Manage(fs).MarkUnknown(FunctionConditionServingReady, ReasonWaitingForDeletion,
		"Serving %q of a deleted owner ends first", name)
	fs.summariseServing(name)
}

// MarkServingRefused marks ServingReady as False with the reason why no Serving is
// created.
func (fs *FunctionStatus) MarkServingRefused(reason, message string) {
	functionCondSet.Manage(fs).MarkFalse(FunctionConditionServingReady, reason, "%s", message)
	fs.summariseServing("")
}

// PropagateServing copies the condition of the current Serving to ServingReady.
// servingMeanwhile is the name of the Serving that serves in the meantime, or empty.
func (fs *FunctionStatus) PropagateServing(s *Serving, servingMeanwhile string) {
	cond := s.Status.GetCondition(ServingConditionReady)
	if s.Status.ObservedGeneration != s.Generation {
		cond = nil
	}
	m := functionCondSet.Manage(fs)
	if isInProgress(cond) {
		m.MarkUnknown(FunctionConditionServingReady, ReasonPending,
			"waiting for Serving %q to become ready; see kubectl describe fs %s -n %s", s.Name, s.Name, s.Namespace)
	} else {
		propagate(m, FunctionConditionServingReady, cond, servingMeanwhile)
	}
	fs.summariseServing(s.Name)
	fs.useRevision(s.Name)
}

// summariseServing repeats the condition in the form of the old project.
func (fs *FunctionStatus) summariseServing(name string) {
	if fs.Serving == nil {
		fs.Serving = &FunctionServingStatus{}
	}
	own := fs.GetCondition(FunctionConditionServingReady)
	fs.Serving.State = servingState(own)
	fs.Serving.Reason, fs.Serving.Message = own.GetReason(), own.GetMessage()
	fs.Serving.ResourceRef, fs.Serving.ResourceHash = name, contentKeyOf(name)
}

// MarkRouted records the Serving that receives all of the traffic unless
// spec.serving.traffic splits it.
func (fs *FunctionStatus) MarkRouted(s *Serving, runtime string) {
	if fs.Serving == nil {
		fs.Serving = &FunctionServingStatus{}
	}
	fs.Serving.LastSuccessfulResourceRef, fs.Serving.Runtime = s.Name, runtime
	fs.use(func(used *FunctionInUse) { used.Serving, used.Runtime = s.Name, runtime })
}

// PropagateRevisions records the revisions that have an address and the current one,
// newest first.
func (fs *FunctionStatus) PropagateRevisions(revisions []RevisionStatus) {
	if fs.Serving == nil {
		fs.Serving = &FunctionServingStatus{}
	}
	fs.Serving.Revisions = revisions
	fs.use(func(used *FunctionInUse) {
		used.Revisions = make(map[string]int64, len(revisions))
		for i := range revisions {
			revisions[i].Commit = used.commitOf(revisions[i].Image)
			used.Revisions[revisions[i].Name] = ptr.Deref(revisions[i].Percent, 0)
		}
	})
}

// MarkRouteNotRequired marks RouteReady as True: the function needs no address.
func (fs *FunctionStatus) MarkRouteNotRequired() {
	functionCondSet.Manage(fs).MarkTrueWithReason(FunctionConditionRouteReady, ReasonNotRequired,
		"no trigger needs an address")
	fs.clearAddress()
}

// MarkRouteWaitingForServing marks RouteReady as Unknown: no Serving has been ready so
// far.
func (fs *FunctionStatus) MarkRouteWaitingForServing() {
	functionCondSet.Manage(fs).MarkUnknown(FunctionConditionRouteReady, ReasonWaitingForServing,
		"no revision of this function has been ready yet")
	fs.clearAddress()
}

// MarkRouteRuntimeUnknown marks RouteReady as False: no runtime of that name is
// installed.
func (fs *FunctionStatus) MarkRouteRuntimeUnknown(name string) {
	functionCondSet.Manage(fs).MarkFalse(FunctionConditionRouteReady, ReasonRuntimeUnknown,
		"no runtime %q is known to this installation", name)
}

// PropagateRoute copies the condition of the route objects to RouteReady. All steps of
// the setup have the same reason and message, so that they cost no writes.
func (fs *FunctionStatus) PropagateRoute(cond *apis.Condition) {
	m := functionCondSet.Manage(fs)
	switch {
	case cond.IsUnknown() && (cond.GetReason() == ReasonWaitingForTrigger || cond.GetReason() == ReasonRollingOut):
		m.MarkUnknown(FunctionConditionRouteReady, cond.Reason, "%s", cond.Message)
		return
	case cond.IsUnknown():
		m.MarkUnknown(FunctionConditionRouteReady, ReasonPending, "the address is being set up")
		return
	}
	propagate(m, FunctionConditionRouteReady, cond, "")
}

// HasRolledBack reports whether the Serving of that name failed its rollout.
func (fs *FunctionStatus) HasRolledBack(serving string) bool {
	return fs.Rollout != nil && fs.Rollout.Phase == RolloutRolledBack && fs.Rollout.Candidate == serving
}

// MarkCause makes Ready repeat the first part that is not ready. The later parts wait
// for it, and Ready would otherwise repeat the part that was marked last.
func (fs *FunctionStatus) MarkCause() {
	for _, t := range []apis.ConditionType{
		FunctionConditionBuilderReady, FunctionConditionServingReady, FunctionConditionRouteReady,
	} {
		if cond := fs.GetCondition(t); cond != nil && cond.IsUnknown() && cond.Reason != "" {
			functionCondSet.Manage(fs).MarkUnknown(t, cond.Reason, "%s", cond.Message)
			return
		}
	}
}

// MarkSpecHonored sets SpecHonored, and lists the fields that have no effect.
func (fs *FunctionStatus) MarkSpecHonored(unsupported []UnsupportedField) {
	cond := apis.Condition{
		Status: corev1.ConditionTrue, Reason: ReasonAllFieldsHonored, Message: "every field that is set has an effect",
	}
	if len(unsupported) > 0 {
		cond.Status, cond.Reason = corev1.ConditionFalse, ReasonFieldsWithoutEffect
		cond.Message = enumerate(unsupported) +
			": accepted, but without effect; remove them if they are not needed, see docs/reference/function.md#fields-without-effect"
	}
	fs.inform(FunctionConditionSpecHonored, cond)
}

// MarkRefsResolved marks ResolvedRefs as True.
func (fs *FunctionStatus) MarkRefsResolved() {
	fs.inform(FunctionConditionResolvedRefs, apis.Condition{
		Status: corev1.ConditionTrue, Reason: ReasonResolvedRefs, Message: "every referenced object exists and may be used",
	})
}

// MarkRefsUnresolved marks ResolvedRefs as False and names the object that cannot be
// used.
func (fs *FunctionStatus) MarkRefsUnresolved(reason, message string) {
	fs.inform(FunctionConditionResolvedRefs, apis.Condition{Status: corev1.ConditionFalse, Reason: reason, Message: message})
}

// inform sets a condition that does not count for Ready. The Mark functions of the
// manager would compute Ready again, from conditions that may be of an older
// generation.
func (fs *FunctionStatus) inform(t apis.ConditionType, cond apis.Condition) {
	cond.Type, cond.Severity = t, apis.ConditionSeverityInfo
	functionCondSet.Manage(fs).SetCondition(cond)
}

// MarkIdentity marks IdentityUnique as False and lists the other Functions, as
// namespace/name, that have the same name at brokers and state stores. Without others it
// removes the condition.
func (fs *FunctionStatus) MarkIdentity(identity string, others []string) {
	if len(others) == 0 {
		_ = functionCondSet.Manage(fs).ClearCondition(FunctionConditionIdentityUnique)
		return
	}
	fs.inform(FunctionConditionIdentityUnique, apis.Condition{
		Status: corev1.ConditionFalse, Reason: ReasonIdentityShared,
		Message: fmt.Sprintf("%s: the same name at brokers and state stores, %q; they share events and keys if they use the same broker or store; "+
			"set the annotation openfunction.io/identity: Unique, see docs/migration.md#names-at-brokers-and-state-stores",
			strings.Join(others, ", "), identity),
	})
}

func (fs *FunctionStatus) clearAddress() {
	fs.URL, fs.Address, fs.Addresses, fs.Route = nil, nil, nil, nil
}

// use changes status.inUse, and removes it if nothing is in use.
func (fs *FunctionStatus) use(change func(*FunctionInUse)) {
	used := ptr.Deref(fs.InUse, FunctionInUse{})
	change(&used)
	fs.InUse = &used
	if len(used.Revisions) == 0 {
		used.Revisions = nil
		if len(used.Builds) == 0 && used.Serving+used.Runtime == "" {
			fs.InUse = nil
		}
	}
}

// useRevision adds a Serving that has no address yet to status.inUse.
func (fs *FunctionStatus) useRevision(name string) {
	fs.use(func(used *FunctionInUse) {
		if _, known := used.Revisions[name]; !known {
			used.Revisions = maps.Clone(used.Revisions)
			if used.Revisions == nil {
				used.Revisions = map[string]int64{}
			}
			used.Revisions[name] = 0
		}
	})
}

// buildsKept is how many builds status.inUse contains.
const buildsKept = 10

// useBuild adds a build to status.inUse, in place of an earlier one of the same Builder.
func (fs *FunctionStatus) useBuild(build FunctionBuild) {
	fs.use(func(used *FunctionInUse) {
		if i := slices.IndexFunc(used.Builds, isBuildOf(build.Builder)); i >= 0 && used.Builds[i].Image == build.Image {
			return
		}
		others := slices.DeleteFunc(slices.Clone(used.Builds), isBuildOf(build.Builder))
		used.Builds = append([]FunctionBuild{build}, others...)
		used.Builds = used.Builds[:min(len(used.Builds), buildsKept)]
	})
}

func isBuildOf(builder string) func(FunctionBuild) bool {
	return func(b FunctionBuild) bool { return b.Builder == builder }
}

// ImageOf returns the image that the Builder of that name pushed, by digest; an empty
// string if it is not one of the last builds.
func (u *FunctionInUse) ImageOf(builder string) string {
	if u == nil {
		return ""
	}
	if i := slices.IndexFunc(u.Builds, isBuildOf(builder)); i >= 0 {
		return u.Builds[i].Image
	}
	return ""
}

// commitOf returns the commit from which an image was built; an empty string if it is not
// known.
func (u *FunctionInUse) commitOf(image string) string {
	if i := slices.IndexFunc(u.Builds, func(b FunctionBuild) bool { return b.Image == image }); i >= 0 {
		return u.Builds[i].Commit
	}
	return ""
}

// ShareOf returns the share in percent of the Serving of that name in the traffic.
func (u *FunctionInUse) ShareOf(serving string) int64 {
	if u == nil {
		return 0
	}
	return u.Revisions[serving]
}

// MigrateInUse sets status.inUse of a Function that was last reconciled by a release
// without that field. It derives the values from the fields that the older release read
// instead. It is kept for one release.
func (f *Function) MigrateInUse() {
	fs := &f.Status
	last := fs.LastBuild
	fs.LastBuild = nil
	if fs.InUse != nil {
		return
	}
	if last == nil {
		last = f.buildInSummary()
	}
	fs.use(func(used *FunctionInUse) {
		if last != nil {
			used.Builds = []FunctionBuild{{Builder: last.Builder, Image: last.Image}}
		}
		if fs.Serving != nil {
			used.Serving, used.Runtime = fs.Serving.LastSuccessfulResourceRef, fs.Serving.Runtime
		}
	})
	if fs.Serving != nil {
		fs.PropagateRevisions(fs.Serving.Revisions)
		if fs.Serving.ResourceRef != "" {
			fs.useRevision(fs.Serving.ResourceRef)
		}
	}
}

// buildInSummary returns the build that status.build describes, if it succeeded and the
// spec is still the one that was built; nil otherwise.
func (f *Function) buildInSummary() *FunctionLastBuild {
	build := f.Status.Build
	if build == nil || build.Output == nil || f.Status.ObservedGeneration != f.Generation {
		return nil
	}
	image, err := imageref.ByDigest(f.Spec.Image, build.Output.Digest)
	if err != nil {
		return nil
	}
	return &FunctionLastBuild{Builder: build.ResourceRef, Image: image}
}
