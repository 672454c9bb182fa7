package main

import (
	"context"
	"encoding/json"

	core "k8s.io/api/core/v1"
	"k8s.io/client-go/tools/record"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/openkruise/kruise/pkg/control/sidecarcontrol"
	controller "github.com/openkruise/kruise/pkg/controller/sidecarset"
)

type reconcileInput struct {
	surroundings
	SidecarSet json.RawMessage `json:"sidecarSet"`
	Pod        *core.Pod       `json:"pod"`
}

// reconcileOutput is what one pass of the controller over a set with a single Pod counts and writes.
type reconcileOutput struct {
	MatchedPods      int32  `json:"matchedPods"`
	UpdatedPods      int32  `json:"updatedPods"`
	ReadyPods        int32  `json:"readyPods"`
	UpdatedReadyPods int32  `json:"updatedReadyPods"`
	LatestRevision   string `json:"latestRevision"`
	// Written tells whether the Pod was written to; Images and Annotations are those that it has then.
	Written     bool              `json:"written"`
	Images      map[string]string `json:"images"`
	Annotations map[string]string `json:"annotations"`
}

func reconcile(input json.RawMessage) (any, error) {
	asked, err := decode[reconcileInput](input)
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
	around, err := newStore(asked.surroundings)
	if err != nil {
		return nil, err
	}
	around.sidecarSets = append(around.sidecarSets, set)
	around.pods = []core.Pod{*asked.Pod}
	// Requests know nothing of each other, but expectations are global.
	defer sidecarcontrol.UpdateExpectations.DeleteExpectations(set.Name)
	defer forgetPod(asked.Pod)
	processor := controller.NewSidecarSetProcessor(around, &record.FakeRecorder{})
	if _, err := processor.UpdateSidecarSet(&set); err != nil {
		return nil, err
	}
	pod := around.pods[0]
	out := reconcileOutput{
		MatchedPods: set.Status.MatchedPods, UpdatedPods: set.Status.UpdatedPods, ReadyPods: set.Status.ReadyPods,
		UpdatedReadyPods: set.Status.UpdatedReadyPods, LatestRevision: set.Status.LatestRevision,
		Written: around.podWrites > 0, Images: map[string]string{}, Annotations: pod.Annotations,
	}
	for _, container := range pod.Spec.Containers {
		out.Images[container.Name] = container.Image
	}
	return out, nil
}

func (s *store) Update(_ context.Context, object client.Object, _ ...client.UpdateOption) error {
	if pod, is := object.(*core.Pod); is {
		s.podWrites++
		s.pods = []core.Pod{*pod.DeepCopy()}
	}
	return nil
}

func (s *store) Create(context.Context, client.Object, ...client.CreateOption) error { return nil }

func (s *store) Patch(context.Context, client.Object, client.Patch, ...client.PatchOption) error {
	return nil
}

// Status takes what is written to statuses and forgets it; counters are read from the set that was passed in.
func (s *store) Status() client.SubResourceWriter { return forgetful{} }

type forgetful struct{ client.SubResourceWriter }

func (forgetful) Update(context.Context, client.Object, ...client.SubResourceUpdateOption) error {
	return nil
}

func (forgetful) Patch(context.Context, client.Object, client.Patch, ...client.SubResourcePatchOption) error {
	return nil
}
