package main

import (
	"encoding/json"
	"slices"

	core "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/sets"

	"github.com/openkruise/kruise/pkg/control/sidecarcontrol"
	controller "github.com/openkruise/kruise/pkg/controller/sidecarset"
	"k8s.io/kubernetes/pkg/controller/history"
)

type upgradeInput struct {
	SidecarSet json.RawMessage `json:"sidecarSet"`
	Pods       []*core.Pod     `json:"pods"`
}

type upgradeOutput struct {
	// Upgrade names the Pods that come next, in order; NotUpgradable those that only re-creation helps.
	Upgrade       []string   `json:"upgrade"`
	NotUpgradable []string   `json:"notUpgradable"`
	Pods          []podState `json:"pods"`
}

// podState is what OpenKruise thinks of one Pod, and what it would write, were the Pod upgraded now. It writes nothing to
// Pods that lack a sidecar.
type podState struct {
	Injected    bool              `json:"injected"`
	Structured  bool              `json:"structured"`
	Updated     bool              `json:"updated"`
	Consistent  bool              `json:"consistent"`
	Ready       bool              `json:"ready"`
	Upgradable  bool              `json:"upgradable"`
	Settled     bool              `json:"settled"`
	Images      map[string]string `json:"images"`
	Annotations map[string]string `json:"annotations"`
}

func planUpgrade(input json.RawMessage) (any, error) {
	asked, err := decode[upgradeInput](input)
	if err != nil {
		return nil, err
	}
	set, err := decode[SidecarSet](asked.SidecarSet)
	if err != nil {
		return nil, err
	}
	if err := complete(&set); err != nil {
		return nil, err
	}
	control := sidecarcontrol.New(&set)
	out := upgradeOutput{Upgrade: []string{}, NotUpgradable: []string{}}
	next, stuck := controller.NewStrategy().GetNextUpgradePods(control, slices.Clone(asked.Pods))
	for _, pod := range next {
		out.Upgrade = append(out.Upgrade, pod.Name)
	}
	for _, pod := range stuck {
		out.NotUpgradable = append(out.NotUpgradable, pod.Name)
	}
	for _, pod := range asked.Pods {
		out.Pods = append(out.Pods, stateOf(control, &set, pod.DeepCopy()))
	}
	return out, nil
}

func stateOf(control sidecarcontrol.SidecarControl, set *SidecarSet, pod *core.Pod) podState {
	state := podState{
		Injected:   sidecarcontrol.IsPodInjectedSidecarSet(pod, set),
		Structured: sidecarcontrol.IsPodConsistentWithSidecarSet(pod, set),
		Updated:    sidecarcontrol.IsPodSidecarUpdated(set, pod),
		Consistent: control.IsPodStateConsistent(pod, sets.NewString()),
		Ready:      control.IsPodReady(pod),
		Images:     map[string]string{},
	}
	state.Upgradable, state.Settled = control.IsSidecarSetUpgradable(pod)
	if pod.Annotations == nil {
		pod.Annotations = map[string]string{}
	}
	if !state.Structured {
		state.Annotations = pod.Annotations
		return state
	}
	changed := []string{}
	for i := range set.Spec.Containers {
		container := control.UpgradeSidecarContainer(&set.Spec.Containers[i], pod)
		if container == nil {
			continue
		}
		state.Images[container.Name] = container.Image
		changed = append(changed, container.Name)
	}
	sidecarcontrol.UpdatePodSidecarSetHash(pod, set)
	control.UpdatePodAnnotationsInUpgrade(changed, pod)
	state.Annotations = pod.Annotations
	return state
}

type revisionInput struct {
	SidecarSet     json.RawMessage `json:"sidecarSet"`
	Revision       int64           `json:"revision"`
	CollisionCount int32           `json:"collisionCount"`
}

type revisionOutput struct {
	Name   string            `json:"name"`
	Data   string            `json:"data"`
	Labels map[string]string `json:"labels"`
}

func nameRevision(input json.RawMessage) (any, error) {
	asked, err := decode[revisionInput](input)
	if err != nil {
		return nil, err
	}
	set, err := decode[SidecarSet](asked.SidecarSet)
	if err != nil {
		return nil, err
	}
	if err := complete(&set); err != nil {
		return nil, err
	}
	made, err := sidecarcontrol.NewHistoryControl(nil).NewRevision(&set, "kruise-system", asked.Revision, &asked.CollisionCount)
	if err != nil {
		return nil, err
	}
	hash := history.HashControllerRevision(made, &asked.CollisionCount)
	return revisionOutput{history.ControllerRevisionName(set.Name, hash), string(made.Data.Raw), made.Labels}, nil
}
