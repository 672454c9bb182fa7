package main

import (
	"context"
	"encoding/json"
	"fmt"

	jsonpatch "github.com/evanphx/json-patch/v5"
	admissionv1 "k8s.io/api/admission/v1"
	core "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/kubernetes/pkg/capabilities"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"

	"github.com/openkruise/kruise/pkg/features"
	utilfeature "github.com/openkruise/kruise/pkg/util/feature"
	podmutating "github.com/openkruise/kruise/pkg/webhook/pod/mutating"
	setvalidating "github.com/openkruise/kruise/pkg/webhook/sidecarset/validating"
)

// verdict is an admission response with its patch applied.
type verdict struct {
	Allowed bool            `json:"allowed"`
	Code    int32           `json:"code,omitempty"`
	Message string          `json:"message,omitempty"`
	Object  json.RawMessage `json:"object,omitempty"`
}

type setInput struct {
	surroundings
	Object json.RawMessage `json:"object"`
	// Old is the stored set of an update; absent at creation.
	Old json.RawMessage `json:"old"`
}

// admitSidecarSet runs defaulting, hashing and validation, in the order of the API server. Object is the set as
// OpenKruise writes it out; it is there even when the set is refused.
func admitSidecarSet(input json.RawMessage) (any, error) {
	asked, err := decode[setInput](input)
	if err != nil {
		return nil, err
	}
	around, err := newStore(asked.surroundings)
	if err != nil {
		return nil, err
	}
	completed, err := completedText(asked.Object)
	if err != nil {
		return verdict{Code: 400, Message: err.Error()}, nil
	}
	request := admission.Request{AdmissionRequest: admissionv1.AdmissionRequest{
		Operation: admissionv1.Create,
		Resource:  setResource,
		Object:    runtime.RawExtension{Raw: completed},
	}}
	if len(asked.Old) > 0 {
		old, err := completedText(asked.Old)
		if err != nil {
			return nil, err
		}
		request.Operation = admissionv1.Update
		request.OldObject = runtime.RawExtension{Raw: old}
	}
	handler := &setvalidating.SidecarSetCreateUpdateHandler{Client: around, Decoder: admission.NewDecoder(scheme)}
	response := handler.Handle(context.Background(), request)
	return verdictOf(response, completed)
}

func completedText(object json.RawMessage) (json.RawMessage, error) {
	set, err := decode[SidecarSet](object)
	if err != nil {
		return nil, err
	}
	if err := complete(&set); err != nil {
		return nil, err
	}
	return json.Marshal(&set)
}

type spellInput struct {
	SidecarSet json.RawMessage `json:"sidecarSet"`
	Pod        json.RawMessage `json:"pod"`
}

// spell writes an object as OpenKruise's types do: fields that they do not know are dropped, quantities are canonical.
func spell(input json.RawMessage) (any, error) {
	asked, err := decode[spellInput](input)
	if err != nil {
		return nil, err
	}
	if len(asked.Pod) > 0 {
		return decode[core.Pod](asked.Pod)
	}
	return decode[SidecarSet](asked.SidecarSet)
}

type podInput struct {
	surroundings
	Object    json.RawMessage `json:"object"`
	Namespace string          `json:"namespace"`
	// SortByName switches the feature gate EnableSortSidecarContainerByName, where this release has it.
	SortByName bool `json:"sortByName"`
}

func admitPod(input json.RawMessage) (any, error) {
	asked, err := decode[podInput](input)
	if err != nil {
		return nil, err
	}
	around, err := newStore(asked.surroundings)
	if err != nil {
		return nil, err
	}
	if err := sortByName(asked.SortByName); err != nil {
		return nil, err
	}
	// The API server sends what its own types write; patches are made against that.
	pod, err := decode[core.Pod](asked.Object)
	if err != nil {
		return nil, err
	}
	object, err := json.Marshal(&pod)
	if err != nil {
		return nil, err
	}
	handler := &podmutating.PodCreateHandler{Client: around, Decoder: admission.NewDecoder(scheme)}
	response := handler.Handle(context.Background(), admission.Request{AdmissionRequest: admissionv1.AdmissionRequest{
		Operation: admissionv1.Create,
		Resource:  metav1.GroupVersionResource{Version: "v1", Resource: "pods"},
		Namespace: asked.Namespace,
		Object:    runtime.RawExtension{Raw: object},
	}})
	return verdictOf(response, object)
}

func verdictOf(response admission.Response, object json.RawMessage) (any, error) {
	said := verdict{Allowed: response.Allowed, Object: object}
	if response.Result != nil {
		said.Code = response.Result.Code
		said.Message = response.Result.Message
	}
	if len(response.Patches) == 0 {
		return said, nil
	}
	text, err := json.Marshal(response.Patches)
	if err != nil {
		return nil, err
	}
	patch, err := jsonpatch.DecodePatch(text)
	if err != nil {
		return nil, err
	}
	said.Object, err = patch.Apply(object)
	if err != nil {
		return nil, fmt.Errorf("the patch does not apply: %w", err)
	}
	return said, nil
}

// As the manager starts by default, but that sets may patch annotations without an allow-list, and that what else
// OpenKruise does to Pods is switched off.
func init() {
	capabilities.Initialize(capabilities.Capabilities{AllowPrivileged: true})
	must(utilfeature.DefaultMutableFeatureGate.SetFromMap(map[string]bool{
		string(features.SidecarSetPatchPodMetadataDefaultsAllowed): true,
		string(features.WorkloadSpread):                            false,
		string(features.PodUnavailableBudgetDeleteGate):            false,
		string(features.EnhancedLivenessProbeGate):                 false,
		string(features.EnablePodProbeMarkerOnServerless):          false,
	}))
}

func labelsOf(object client.Object) labels.Set { return object.GetLabels() }
