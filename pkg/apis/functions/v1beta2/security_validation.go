/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta2

import (
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/sets"
	"knative.dev/pkg/apis"
)

const whyRestricted = "does not pass the Pod Security Standard restricted"

// securityIdentity is what a pod and a container have in common.
type securityIdentity struct {
	runAsUser    *int64
	runAsNonRoot *bool
	seccomp      *corev1.SeccompProfile
	appArmor     *corev1.AppArmorProfile
	seLinux      *corev1.SELinuxOptions
	windows      *corev1.WindowsSecurityContextOptions
}

func validatePodSecurity(sc *corev1.PodSecurityContext) *apis.FieldError {
	errs := securityIdentity{
		sc.RunAsUser, sc.RunAsNonRoot, sc.SeccompProfile, sc.AppArmorProfile, sc.SELinuxOptions, sc.WindowsOptions,
	}.validate()
	for i, sysctl := range sc.Sysctls {
		if !safeSysctls.Has(sysctl.Name) {
			errs = errs.Also(forbidden("name", whyRestricted).ViaFieldIndex("sysctls", i))
		}
	}
	return errs
}

func validateContainerSecurity(sc *corev1.SecurityContext) *apis.FieldError {
	errs := securityIdentity{
		sc.RunAsUser, sc.RunAsNonRoot, sc.SeccompProfile, sc.AppArmorProfile, sc.SELinuxOptions, sc.WindowsOptions,
	}.validate()
	errs = errs.Also(refuse("privileged", isTrue(sc.Privileged)),
		refuse("allowPrivilegeEscalation", isTrue(sc.AllowPrivilegeEscalation)),
		refuse("procMount", sc.ProcMount != nil && *sc.ProcMount != corev1.DefaultProcMount))
	if sc.Capabilities == nil {
		return errs
	}
	for i, capability := range sc.Capabilities.Add {
		errs = errs.Also(refuse(apis.CurrentField, capability != "NET_BIND_SERVICE").ViaFieldIndex("add", i).ViaField("capabilities"))
	}
	return errs
}

func (si securityIdentity) validate() *apis.FieldError {
	errs := refuse("runAsUser", si.runAsUser != nil && *si.runAsUser == 0).Also(
		refuse("runAsNonRoot", si.runAsNonRoot != nil && !*si.runAsNonRoot))
	if si.seccomp != nil {
		errs = errs.Also(refuse("seccompProfile.type",
			si.seccomp.Type != corev1.SeccompProfileTypeRuntimeDefault && si.seccomp.Type != corev1.SeccompProfileTypeLocalhost))
	}
	if si.appArmor != nil {
		errs = errs.Also(refuse("appArmorProfile.type",
			si.appArmor.Type != corev1.AppArmorProfileTypeRuntimeDefault && si.appArmor.Type != corev1.AppArmorProfileTypeLocalhost))
	}
	if si.seLinux != nil {
		errs = errs.Also(
			refuse("seLinuxOptions.type", !seLinuxTypes.Has(si.seLinux.Type)),
			refuse("seLinuxOptions.user", si.seLinux.User != ""),
			refuse("seLinuxOptions.role", si.seLinux.Role != ""))
	}
	if si.windows != nil {
		errs = errs.Also(refuse("windowsOptions.hostProcess", isTrue(si.windows.HostProcess)))
	}
	return errs
}

func refuse(path string, bad bool) *apis.FieldError {
	if !bad {
		return nil
	}
	return forbidden(path, whyRestricted)
}

func isTrue(b *bool) bool {
	return b != nil && *b
}

var seLinuxTypes = sets.New("", "container_t", "container_init_t", "container_kvm_t", "container_engine_t")

// safeSysctls are those that change nothing outside of the pod.
var safeSysctls = sets.New(strings.Fields(`
	kernel.shm_rmid_forced
	net.ipv4.ip_local_port_range
	net.ipv4.ip_local_reserved_ports
	net.ipv4.ip_unprivileged_port_start
	net.ipv4.ping_group_range
	net.ipv4.tcp_fin_timeout
	net.ipv4.tcp_keepalive_intvl
	net.ipv4.tcp_keepalive_probes
	net.ipv4.tcp_keepalive_time
	net.ipv4.tcp_rmem
	net.ipv4.tcp_syncookies
	net.ipv4.tcp_wmem`)...)
