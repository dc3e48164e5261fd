--- `:checkhealth glm_ls`: whether the server runs, and what it says of itself.

local lsp, health = vim.lsp, vim.health
local M = {}

local REPORT = { Normal = health.ok, Warning = health.warn, Error = health.error }
local FIELDS = { 'engine', 'model', 'base_url', 'key' }
local PATIENCE_MS = 3000

local function report(client)
  local params = { command = 'glm-ls.status' }
  local answer = client:request_sync('workspace/executeCommand', params, PATIENCE_MS)
  local status = answer and answer.result
  if not status then return health.error(('server %d does not answer'):format(client.id)) end
  local tell = REPORT[status.kind] or health.info
  tell(('%s (%s)'):format(status.message, status.reason))
  for _, field in ipairs(FIELDS) do health.info(field .. ': ' .. tostring(status[field])) end
  for _, complaint in ipairs(status.complaints or {}) do health.warn(complaint) end
end

function M.check()
  health.start('glm-ls')
  if not lsp.is_enabled('glm_ls') then
    return health.warn('not enabled', "call `vim.lsp.enable('glm_ls')`")
  end
  local cmd = lsp.config.glm_ls.cmd
  if type(cmd) == 'table' and vim.fn.executable(cmd[1]) == 0 then
    return health.error(('there is no program %s'):format(cmd[1]), 'see `:help glm_ls-install`')
  end
  local clients = lsp.get_clients({ name = 'glm_ls' })
  vim.tbl_map(report, clients)
  if #clients == 0 then
    local advice = { 'open a file', 'see `:Glm status`', 'see the log that `vim.lsp` names' }
    health.warn('no server runs', advice)
  end
end

return M
