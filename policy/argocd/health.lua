-- Health of a SidecarSet for Argo CD. Put this text into the ConfigMap argocd-cm under the key
-- resource.customizations.health.apps.kruise.io_SidecarSet (docs/operations.md).
local status = obj.status or {}
if status.observedGeneration == nil or status.observedGeneration ~= obj.metadata.generation then
  return { status = "Progressing", message = "The controller has not looked at this generation yet" }
end

local conditions = {}
for _, condition in ipairs(status.conditions or {}) do
  conditions[condition.type] = condition
end
local function is(type, value)
  return conditions[type] ~= nil and conditions[type].status == value
end
local function verdict(health, type)
  return { status = health, message = conditions[type].reason .. ": " .. conditions[type].message }
end

if is("InjectionReady", "False") then
  local reason = conditions.InjectionReady.reason
  if reason == "SettingsPending" then return verdict("Progressing", "InjectionReady") end
  if reason == "InjectionPaused" then return verdict("Suspended", "InjectionReady") end
  return verdict("Degraded", "InjectionReady")
end
if is("Stalled", "True") then return verdict("Degraded", "Stalled") end
if is("Reconciling", "True") then return verdict("Progressing", "Reconciling") end
if is("Ready", "True") then return verdict("Healthy", "Ready") end
if is("Ready", "False") then return verdict("Suspended", "Ready") end
return { status = "Progressing", message = "The controller has not written conditions yet" }
