package main

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	apps "k8s.io/api/apps/v1"
	core "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// surroundings are the objects of the cluster that a request is decided among.
type surroundings struct {
	SidecarSets []json.RawMessage         `json:"sidecarSets"`
	Namespaces  []core.Namespace          `json:"namespaces"`
	Revisions   []apps.ControllerRevision `json:"revisions"`
	ConfigMaps  []core.ConfigMap          `json:"configMaps"`
}

// store is the part of a client that OpenKruise's webhooks read with, and its controller writes with. Whatever else is
// called panics.
type store struct {
	client.Client
	sidecarSets []SidecarSet
	around      surroundings
	pods        []core.Pod
	podWrites   int
}

var scheme = newScheme()

func newScheme() *runtime.Scheme {
	built := runtime.NewScheme()
	must(clientgoscheme.AddToScheme(built))
	must(addSidecarSets(built))
	// Histories are encoded by the scheme of client-go.
	must(addSidecarSets(clientgoscheme.Scheme))
	return built
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

// newStore holds the SidecarSets as they would be stored: defaulted, with their hashes.
func newStore(around surroundings) (*store, error) {
	built := &store{around: around}
	for _, raw := range around.SidecarSets {
		set, err := decode[SidecarSet](raw)
		if err != nil {
			return nil, err
		}
		if err := complete(&set); err != nil {
			return nil, err
		}
		built.sidecarSets = append(built.sidecarSets, set)
	}
	return built, nil
}

func (s *store) Scheme() *runtime.Scheme { return scheme }

func (s *store) Get(_ context.Context, key client.ObjectKey, into client.Object, _ ...client.GetOption) error {
	switch into := into.(type) {
	case *core.Namespace:
		return find(s.around.Namespaces, func(o *core.Namespace) bool { return o.Name == key.Name }, into, key)
	case *core.ConfigMap:
		return find(s.around.ConfigMaps, func(o *core.ConfigMap) bool { return o.Name == key.Name }, into, key)
	case *apps.ControllerRevision:
		return find(s.around.Revisions, func(o *apps.ControllerRevision) bool { return o.Name == key.Name }, into, key)
	case *core.Pod:
		return find(s.pods, func(o *core.Pod) bool { return o.Name == key.Name }, into, key)
	case *SidecarSet:
		return find(s.sidecarSets, func(o *SidecarSet) bool { return o.Name == key.Name }, into, key)
	}
	return notFound(key)
}

func (s *store) List(_ context.Context, into client.ObjectList, options ...client.ListOption) error {
	asked := &client.ListOptions{}
	asked.ApplyOptions(options)
	switch into := into.(type) {
	case *SidecarSetList:
		for i := range s.sidecarSets {
			if indexed(&s.sidecarSets[i], asked) {
				into.Items = append(into.Items, *s.sidecarSets[i].DeepCopy())
			}
		}
		return nil
	case *apps.ControllerRevisionList:
		for i := range s.around.Revisions {
			if asked.LabelSelector == nil || asked.LabelSelector.Matches(labelsOf(&s.around.Revisions[i])) {
				into.Items = append(into.Items, s.around.Revisions[i])
			}
		}
		return nil
	case *core.PodList:
		for i := range s.pods {
			if asked.LabelSelector == nil || asked.LabelSelector.Matches(labelsOf(&s.pods[i])) {
				into.Items = append(into.Items, s.pods[i])
			}
		}
		return nil
	case *core.NamespaceList:
		into.Items = slices.Clone(s.around.Namespaces)
		return nil
	}
	return fmt.Errorf("the store has no %T", into)
}

func find[T any](all []T, is func(*T) bool, into *T, key client.ObjectKey) error {
	for i := range all {
		if is(&all[i]) {
			*into = all[i]
			return nil
		}
	}
	return notFound(key)
}

func notFound(key client.ObjectKey) error {
	return apierrors.NewNotFound(schema.GroupResource{Resource: "objects"}, key.Name)
}
