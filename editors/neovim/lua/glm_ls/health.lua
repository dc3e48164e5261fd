--- `:checkhealth glm_ls`: whether the server runs, and what it says of itself.

local M = {}

local REPORT = { Normal = vim.health.ok, Warning = vim.health.warn, Error = vim.health.error }
local FIELDS = { 'engine', 'model', 'base_url', 'key' }
local PATIENCE_MS = 3000

function M.check()
  vim.health.start('glm-ls')
  local clients = vim.lsp.get_clients({ name = 'glm_ls' })
  if #clients == 0 then
    return vim.health.warn('no server runs', "Open a file, and see `:checkhealth vim.lsp`")
  end
  for _, client in ipairs(clients) do
    local params = { command = 'glm-ls.status' }
    local answer = client:request_sync('workspace/executeCommand', params, PATIENCE_MS)
    local status = answer and answer.result
    if not status then
      vim.health.error(('server %d does not answer'):format(client.id))
    else
      local report = REPORT[status.kind] or vim.health.info
      report(('%s (%s)'):format(status.message, status.reason))
      for _, field in ipairs(FIELDS) do
        vim.health.info(('%s: %s'):format(field, tostring(status[field])))
      end
    end
  end
end

return M
