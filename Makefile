# The target names that Kubewarden policies use. Everything real is in package.json and scripts/.
export PATH := $(CURDIR)/node_modules/.bin:$(PATH)

.PHONY: all test lint fmt e2e-tests demo sandbox artifacthub crd clean FORCE

all: annotated-policy.wasm

# npm decides what to compile; copying only what changed keeps the rule below from running for nothing.
policy.wasm: FORCE node_modules
	npm run build
	cmp -s build/policy.wasm $@ || cp build/policy.wasm $@

annotated-policy.wasm: policy.wasm policy/metadata.yml policy/usage.md
	node scripts/annotate.ts --in policy.wasm --out $@

test: node_modules
	npm test

lint: node_modules
	npm run check

fmt: node_modules
	npm run format

e2e-tests: annotated-policy.wasm
	POLICY=$(CURDIR)/annotated-policy.wasm node --test tests/e2e/kwctl.test.ts tests/e2e/policy-server.test.ts

demo sandbox: node_modules
	npm run $@

artifacthub crd: node_modules
	node scripts/$@.ts

node_modules: package-lock.json
	npm ci
	touch $@

clean:
	rm -rf build policy.wasm annotated-policy.wasm
