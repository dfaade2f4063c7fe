/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package podspec

import (
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/sets"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// securityContext are the fields that the security contexts of a pod and a container share.
type securityContext struct {
	runAsUser    *int64
	runAsNonRoot *bool
	seccomp      *corev1.SeccompProfile
	appArmor     *corev1.AppArmorProfile
	seLinux      *corev1.SELinuxOptions
	windows      *corev1.WindowsSecurityContextOptions
}

func validatePodSecurity(path *field.Path, sc *corev1.PodSecurityContext) field.ErrorList {
	errs := securityContext{
		sc.RunAsUser, sc.RunAsNonRoot, sc.SeccompProfile, sc.AppArmorProfile, sc.SELinuxOptions, sc.WindowsOptions,
	}.validate(path)
	for i, sysctl := range sc.Sysctls {
		errs = append(errs, refuseIf(!safeSysctls.Has(sysctl.Name), path.Child("sysctls").Index(i).Child("name"))...)
	}
	return errs
}

func validateContainerSecurity(path *field.Path, sc *corev1.SecurityContext) field.ErrorList {
	errs := securityContext{
		sc.RunAsUser, sc.RunAsNonRoot, sc.SeccompProfile, sc.AppArmorProfile, sc.SELinuxOptions, sc.WindowsOptions,
	}.validate(path)
	errs = append(errs, refuseIf(isTrue(sc.Privileged), path.Child("privileged"))...)
	errs = append(errs, refuseIf(isTrue(sc.AllowPrivilegeEscalation), path.Child("allowPrivilegeEscalation"))...)
	errs = append(errs, refuseIf(sc.ProcMount != nil && *sc.ProcMount != corev1.DefaultProcMount, path.Child("procMount"))...)
	if sc.Capabilities == nil {
		return errs
	}
	for i, capability := range sc.Capabilities.Add {
		errs = append(errs, refuseIf(capability != "NET_BIND_SERVICE", path.Child("capabilities", "add").Index(i))...)
	}
	return errs
}

func (s securityContext) validate(path *field.Path) field.ErrorList {
	errs := refuseIf(s.runAsUser != nil && *s.runAsUser == 0, path.Child("runAsUser"))
	errs = append(errs, refuseIf(s.runAsNonRoot != nil && !*s.runAsNonRoot, path.Child("runAsNonRoot"))...)
	if s.seccomp != nil {
		errs = append(errs, refuseIf(
			s.seccomp.Type != corev1.SeccompProfileTypeRuntimeDefault && s.seccomp.Type != corev1.SeccompProfileTypeLocalhost,
			path.Child("seccompProfile", "type"))...)
	}
	if s.appArmor != nil {
		errs = append(errs, refuseIf(
			s.appArmor.Type != corev1.AppArmorProfileTypeRuntimeDefault && s.appArmor.Type != corev1.AppArmorProfileTypeLocalhost,
			path.Child("appArmorProfile", "type"))...)
	}
	if s.seLinux != nil {
		options := path.Child("seLinuxOptions")
		errs = append(errs, refuseIf(!seLinuxTypes.Has(s.seLinux.Type), options.Child("type"))...)
		errs = append(errs, refuseIf(s.seLinux.User != "", options.Child("user"))...)
		errs = append(errs, refuseIf(s.seLinux.Role != "", options.Child("role"))...)
	}
	if s.windows != nil {
		errs = append(errs, refuseIf(isTrue(s.windows.HostProcess), path.Child("windowsOptions", "hostProcess"))...)
	}
	return errs
}

func refuseIf(isForbidden bool, path *field.Path) field.ErrorList {
	if !isForbidden {
		return nil
	}
	return field.ErrorList{field.Forbidden(path, "does not pass the Pod Security Standard restricted")}
}

var seLinuxTypes = sets.New("", "container_t", "container_init_t", "container_kvm_t", "container_engine_t")

// safeSysctls are the sysctls that have no effect outside of the pod.
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
