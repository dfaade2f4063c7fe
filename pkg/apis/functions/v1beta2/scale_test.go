/*
Copyright 2026 The OpenFunction Authors.
SPDX-License-Identifier: Apache-2.0
*/

package v1beta2

import "testing"

func TestValidateScale(t *testing.T) {
	runValidation(t, servedOnly, []validationRow{
		{88, `negative bounds`, `serving: {scaleOptions: {minReplicas: -1, maxReplicas: -1}}`, []string{
			`spec.serving.scaleOptions.maxReplicas: Invalid value: -1: must be at least 1; to pause the consumption of events, set suspend`,
			`spec.serving.scaleOptions.minReplicas: Invalid value: -1: must be at least 0`,
		}},
		{90, `min above max`, `serving: {scaleOptions: {minReplicas: 3, maxReplicas: 2}}`, []string{
			`spec.serving.scaleOptions.minReplicas: Invalid value: 3: must not be above 2, maxReplicas`,
		}},
		{90, `min above the default max`, `serving: {scaleOptions: {minReplicas: 11}}`, []string{
			`spec.serving.scaleOptions.minReplicas: Invalid value: 11: must not be above 10, the default of maxReplicas`,
		}},
		{91, `a million`, `serving: {scaleOptions: {maxReplicas: 1000000}}`, []string{
			`spec.serving.scaleOptions.maxReplicas: Invalid value: 1000000: must not be above 1000, the max-replicas-limit in the ConfigMap config-defaults`,
		}},
		{0, `good bounds`, `serving: {scaleOptions: {minReplicas: 1, maxReplicas: 1, knative: {autoscaling.knative.dev/target: "5"}}}`, nil},
		{0, `keys of others`, `serving: {scaleOptions: {knative: {serving.knative.dev/creator: x, target: y, "a b": z}}}`, []string{
			`spec.serving.scaleOptions.knative[a b]: Forbidden: must begin with autoscaling.knative.dev/, for example autoscaling.knative.dev/target`,
			`spec.serving.scaleOptions.knative[a b]: Invalid value: "a b": must be a name of at most 63 letters, digits, '-', '_' and '.', optionally after a domain and '/'`,
			`spec.serving.scaleOptions.knative[serving.knative.dev/creator]: Forbidden: must begin with autoscaling.knative.dev/, for example autoscaling.knative.dev/target`,
			`spec.serving.scaleOptions.knative[target]: Forbidden: must begin with autoscaling.knative.dev/, for example autoscaling.knative.dev/target`,
		}},
		{93, `three scalers`, `serving: {scaleOptions: {keda: {scaledObject: {}, scaledJob: {}, httpScaledObject: {}, triggers: [{type: kafka, metadata: {}}]}}}`, []string{
			`spec.serving.scaleOptions.keda: Forbidden: set at most one of httpScaledObject, scaledObject, scaledJob`,
		}},
		{94, `scaledJob of a Deployment`, `serving: {workloadType: Deployment, scaleOptions: {keda: {scaledJob: {}, triggers: [{type: kafka, metadata: {}}]}}}`, []string{
			`spec.serving.scaleOptions.keda: Forbidden: scaledJob is not for workloadType Deployment`,
		}},
		{94, `scaledObject of a Job`, `serving: {workloadType: job, triggers: {dapr: [{name: a}]}, scaleOptions: {keda: {scaledObject: {}, triggers: [{type: kafka, metadata: {}}]}}}`, []string{
			`spec.serving.scaleOptions.keda: Forbidden: scaledObject is not for workloadType Job`,
		}},
		{95, `no triggers of the scaler`, `serving: {scaleOptions: {keda: {scaledObject: {}}}}`, []string{
			`spec.serving.scaleOptions.keda.triggers: Required value: a scaledObject or scaledJob needs at least one trigger`,
		}},
		{97, `credentials of the cluster`, `serving: {scaleOptions: {keda: {triggers: [{type: kafka, metadata: {}, authenticationRef: {name: a, kind: ClusterTriggerAuthentication}}]}}}`, []string{
			`spec.serving.scaleOptions.keda.triggers[0].authenticationRef.kind: Forbidden: ClusterTriggerAuthentication would give the function credentials of the whole cluster`,
		}},
		{0, `bad trigger`, `serving: {scaleOptions: {keda: {triggers: [{type: "", metadata: {}, metricType: Sum, authenticationRef: {name: "", kind: Secret}}]}}}`, []string{
			`spec.serving.scaleOptions.keda.triggers[0].authenticationRef.kind: Unsupported value: "Secret": supported values: TriggerAuthentication`,
			`spec.serving.scaleOptions.keda.triggers[0].authenticationRef.name: Required value: set the name of the object`,
			`spec.serving.scaleOptions.keda.triggers[0].metricType: Unsupported value: "Sum": supported values: AverageValue, Value, Utilization`,
			`spec.serving.scaleOptions.keda.triggers[0].type: Required value: set the type of a KEDA scaler, for example kafka`,
		}},
		{98, `negative periods`, `serving: {scaleOptions: {keda: {scaledObject: {pollingInterval: -1, cooldownPeriod: -1}, triggers: [{type: cron, metadata: {}}]}}}`, []string{
			`spec.serving.scaleOptions.keda.scaledObject.cooldownPeriod: Invalid value: -1: must be at least 1, the min-cooldown-period in the ConfigMap config-defaults`,
			`spec.serving.scaleOptions.keda.scaledObject.pollingInterval: Invalid value: -1: must be at least 1, the min-polling-interval in the ConfigMap config-defaults`,
		}},
		{98, `http scaler`, `serving: {scaleOptions: {keda: {httpScaledObject: {targetPendingRequests: 0, cooldownPeriod: -1}}}}`, []string{
			`spec.serving.scaleOptions.keda.httpScaledObject.cooldownPeriod: Invalid value: -1: must be at least 1, the min-cooldown-period in the ConfigMap config-defaults`,
			`spec.serving.scaleOptions.keda.httpScaledObject.targetPendingRequests: Invalid value: 0: must be at least 1`,
		}},
		{99, `behaviour`, `serving: {scaleOptions: {keda: {scaledObject: {advanced: {horizontalPodAutoscalerConfig: {behavior: {scaleUp: {stabilizationWindowSeconds: -1, selectPolicy: Foo, policies: [{type: Pods, value: 0, periodSeconds: 0}]}, scaleDown: {stabilizationWindowSeconds: 3601, policies: [{type: Nodes, value: 1, periodSeconds: 1801}]}}}}}, triggers: [{type: cron, metadata: {}}]}}}`, []string{
			`spec.serving.scaleOptions.keda.scaledObject.advanced.horizontalPodAutoscalerConfig.behavior.scaleDown.policies[0].periodSeconds: Invalid value: 1801: must be between 1 and 1800`,
			`spec.serving.scaleOptions.keda.scaledObject.advanced.horizontalPodAutoscalerConfig.behavior.scaleDown.policies[0].type: Unsupported value: "Nodes": supported values: Pods, Percent`,
			`spec.serving.scaleOptions.keda.scaledObject.advanced.horizontalPodAutoscalerConfig.behavior.scaleDown.stabilizationWindowSeconds: Invalid value: 3601: must be between 0 and 3600`,
			`spec.serving.scaleOptions.keda.scaledObject.advanced.horizontalPodAutoscalerConfig.behavior.scaleUp.policies[0].periodSeconds: Invalid value: 0: must be between 1 and 1800`,
			`spec.serving.scaleOptions.keda.scaledObject.advanced.horizontalPodAutoscalerConfig.behavior.scaleUp.policies[0].value: Invalid value: 0: must be at least 1`,
			`spec.serving.scaleOptions.keda.scaledObject.advanced.horizontalPodAutoscalerConfig.behavior.scaleUp.selectPolicy: Unsupported value: "Foo": supported values: Max, Min, Disabled`,
			`spec.serving.scaleOptions.keda.scaledObject.advanced.horizontalPodAutoscalerConfig.behavior.scaleUp.stabilizationWindowSeconds: Invalid value: -1: must be between 0 and 3600`,
		}},
		{100, `fallback`, `serving: {scaleOptions: {keda: {scaledObject: {fallback: {failureThreshold: 0, replicas: -1}}, triggers: [{type: cron, metadata: {}}]}}}`, []string{
			`spec.serving.scaleOptions.keda.scaledObject.fallback.failureThreshold: Invalid value: 0: must be at least 1`,
			`spec.serving.scaleOptions.keda.scaledObject.fallback.replicas: Invalid value: -1: must be at least 0`,
		}},
		{102, `custom strategy without its fields`, `serving: {scaleOptions: {keda: {scaledJob: {scalingStrategy: {strategy: custom}}, triggers: [{type: cron, metadata: {}}]}}}`, []string{
			`spec.serving.scaleOptions.keda.scaledJob.scalingStrategy.customScalingQueueLengthDeduction: Required value: the strategy custom requires it`,
			`spec.serving.scaleOptions.keda.scaledJob.scalingStrategy.customScalingRunningJobPercentage: Required value: the strategy custom requires it`,
		}},
		{102, `percentage 120%x`, `serving: {scaleOptions: {keda: {scaledJob: {scalingStrategy: {strategy: custom, customScalingQueueLengthDeduction: 1, customScalingRunningJobPercentage: "120%x"}}, triggers: [{type: cron, metadata: {}}]}}}`, []string{
			`spec.serving.scaleOptions.keda.scaledJob.scalingStrategy.customScalingRunningJobPercentage: Invalid value: "120%x": must be a number from 0 to 1, for example 0.5, or from 0% to 100%`,
		}},
		{102, `percentage abc`, `serving: {scaleOptions: {keda: {scaledJob: {scalingStrategy: {strategy: custom, customScalingQueueLengthDeduction: 1, customScalingRunningJobPercentage: "abc"}}, triggers: [{type: cron, metadata: {}}]}}}`, []string{
			`spec.serving.scaleOptions.keda.scaledJob.scalingStrategy.customScalingRunningJobPercentage: Invalid value: "abc": must be a number from 0 to 1, for example 0.5, or from 0% to 100%`,
		}},
		{102, `percentage 1.2.3%`, `serving: {scaleOptions: {keda: {scaledJob: {scalingStrategy: {strategy: custom, customScalingQueueLengthDeduction: 1, customScalingRunningJobPercentage: "1.2.3%"}}, triggers: [{type: cron, metadata: {}}]}}}`, []string{
			`spec.serving.scaleOptions.keda.scaledJob.scalingStrategy.customScalingRunningJobPercentage: Invalid value: "1.2.3%": must be a number from 0 to 1, for example 0.5, or from 0% to 100%`,
		}},
		{102, `percentage 101%`, `serving: {scaleOptions: {keda: {scaledJob: {scalingStrategy: {strategy: custom, customScalingQueueLengthDeduction: 1, customScalingRunningJobPercentage: "101%"}}, triggers: [{type: cron, metadata: {}}]}}}`, []string{
			`spec.serving.scaleOptions.keda.scaledJob.scalingStrategy.customScalingRunningJobPercentage: Invalid value: "101%": must be a number from 0 to 1, for example 0.5, or from 0% to 100%`,
		}},
		{102, `percentage 1.1`, `serving: {scaleOptions: {keda: {scaledJob: {scalingStrategy: {strategy: custom, customScalingQueueLengthDeduction: 1, customScalingRunningJobPercentage: "1.1"}}, triggers: [{type: cron, metadata: {}}]}}}`, []string{
			`spec.serving.scaleOptions.keda.scaledJob.scalingStrategy.customScalingRunningJobPercentage: Invalid value: "1.1": must be a number from 0 to 1, for example 0.5, or from 0% to 100%`,
		}},
		{102, `percentage -1`, `serving: {scaleOptions: {keda: {scaledJob: {scalingStrategy: {strategy: custom, customScalingQueueLengthDeduction: 1, customScalingRunningJobPercentage: "-1"}}, triggers: [{type: cron, metadata: {}}]}}}`, []string{
			`spec.serving.scaleOptions.keda.scaledJob.scalingStrategy.customScalingRunningJobPercentage: Invalid value: "-1": must be a number from 0 to 1, for example 0.5, or from 0% to 100%`,
		}},
		{102, `percentage 1e0`, `serving: {scaleOptions: {keda: {scaledJob: {scalingStrategy: {strategy: custom, customScalingQueueLengthDeduction: 1, customScalingRunningJobPercentage: "1e0"}}, triggers: [{type: cron, metadata: {}}]}}}`, []string{
			`spec.serving.scaleOptions.keda.scaledJob.scalingStrategy.customScalingRunningJobPercentage: Invalid value: "1e0": must be a number from 0 to 1, for example 0.5, or from 0% to 100%`,
		}},
		{0, `good percentage 0.5`, `serving: {scaleOptions: {keda: {scaledJob: {restartPolicy: Never, scalingStrategy: {strategy: custom, customScalingQueueLengthDeduction: 1, customScalingRunningJobPercentage: "0.5"}}, triggers: [{type: cron, metadata: {}}]}}}`, nil},
		{0, `good percentage 50%`, `serving: {scaleOptions: {keda: {scaledJob: {restartPolicy: Never, scalingStrategy: {strategy: custom, customScalingQueueLengthDeduction: 1, customScalingRunningJobPercentage: "50%"}}, triggers: [{type: cron, metadata: {}}]}}}`, nil},
		{0, `good percentage 1`, `serving: {scaleOptions: {keda: {scaledJob: {restartPolicy: Never, scalingStrategy: {strategy: custom, customScalingQueueLengthDeduction: 1, customScalingRunningJobPercentage: "1"}}, triggers: [{type: cron, metadata: {}}]}}}`, nil},
		{102, `bad job`, `serving: {scaleOptions: {keda: {scaledJob: {restartPolicy: Always, pollingInterval: -1, successfulJobsHistoryLimit: -1, failedJobsHistoryLimit: -1, scalingStrategy: {strategy: eager, multipleScalersCalculation: all, customScalingQueueLengthDeduction: -1}}, triggers: [{type: cron, metadata: {}}]}}}`, []string{
			`spec.serving.scaleOptions.keda.scaledJob.failedJobsHistoryLimit: Invalid value: -1: must be at least 0`,
			`spec.serving.scaleOptions.keda.scaledJob.pollingInterval: Invalid value: -1: must be at least 1, the min-polling-interval in the ConfigMap config-defaults`,
			`spec.serving.scaleOptions.keda.scaledJob.restartPolicy: Unsupported value: "Always": supported values: OnFailure, Never`,
			`spec.serving.scaleOptions.keda.scaledJob.scalingStrategy.customScalingQueueLengthDeduction: Invalid value: -1: must be at least 0`,
			`spec.serving.scaleOptions.keda.scaledJob.scalingStrategy.multipleScalersCalculation: Unsupported value: "all": supported values: max, min, avg, sum`,
			`spec.serving.scaleOptions.keda.scaledJob.scalingStrategy.strategy: Unsupported value: "eager": supported values: "", default, custom, accurate`,
			`spec.serving.scaleOptions.keda.scaledJob.successfulJobsHistoryLimit: Invalid value: -1: must be at least 0`,
		}},
		{103, `unknown workloadType`, `serving: {workloadType: DaemonSet}`, []string{
			`spec.serving.workloadType: Unsupported value: "DaemonSet": supported values: Deployment, StatefulSet, Job`,
		}},
		{104, `Job with knative`, `serving: {workloadType: Job}`, []string{
			`spec.serving.workloadType: Forbidden: the engine knative serves requests, and a Job cannot`,
		}},
	})
}
