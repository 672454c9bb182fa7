package main

import (
	"encoding/json"
	"fmt"
	"slices"

	core "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/openkruise/kruise/apis/apps/defaults"
	api "github.com/openkruise/kruise/apis/apps/v1alpha1"
	"github.com/openkruise/kruise/pkg/control/sidecarcontrol"
	"github.com/openkruise/kruise/pkg/util/fieldindex"
)

// What differs between releases of OpenKruise is in this file: 1.8 works on v1alpha1 and has none of the features that
// original.ts lists.
type (
	SidecarSet     = api.SidecarSet
	SidecarSetList = api.SidecarSetList
)

var setResource = metav1.GroupVersionResource{Group: "apps.kruise.io", Version: "v1alpha1", Resource: "sidecarsets"}

func describe(json.RawMessage) (any, error) {
	return map[string]any{"version": "v1alpha1", "features": []string{}}, nil
}

func addSidecarSets(scheme *runtime.Scheme) error { return api.AddToScheme(scheme) }

// complete does what the mutating webhook does to a SidecarSet.
func complete(set *SidecarSet) error {
	set.APIVersion, set.Kind = "apps.kruise.io/v1alpha1", "SidecarSet"
	defaults.SetDefaultsSidecarSet(set)
	hash, err := sidecarcontrol.SidecarSetHash(set)
	if err != nil {
		return err
	}
	withoutImage, err := sidecarcontrol.SidecarSetHashWithoutImage(set)
	if err != nil {
		return err
	}
	if set.Annotations == nil {
		set.Annotations = map[string]string{}
	}
	set.Annotations[sidecarcontrol.SidecarSetHashAnnotation] = hash
	set.Annotations[sidecarcontrol.SidecarSetHashWithoutImageAnnotation] = withoutImage
	return nil
}

// indexed tells whether the index that the options ask for has the set under the value that they ask for.
func indexed(set *SidecarSet, asked *client.ListOptions) bool {
	if asked.FieldSelector == nil {
		return true
	}
	wanted, _ := asked.FieldSelector.RequiresExactMatch(fieldindex.IndexNameForSidecarSetNamespace)
	return slices.Contains(fieldindex.IndexSidecarSet(set), wanted)
}

func sortByName(on bool) error {
	if on {
		return fmt.Errorf("this release does not sort containers by name")
	}
	return nil
}

// forgetPod drops what newer releases expect of a Pod that they have written to.
func forgetPod(*core.Pod) {}
