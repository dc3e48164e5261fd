--- `:checkhealth glm_ls`: whether the server runs, and what it says of itself.

local health = vim.health
local M = {}

local PATIENCE_MS = 3000
local ADVICE = { "call `vim.lsp.enable('glm_ls')`", 'open a file', 'see `:Glm status`', 'see the log that `vim.lsp` names' }

function M.check()
  health.start('glm-ls')
  local missing = require('glm_ls.life').missing()
  if missing then return health.error('there is no program ' .. missing, 'see `:help glm_ls-install`') end
  local clients = vim.lsp.get_clients({ name = 'glm_ls' })
  if #clients == 0 then return health.warn('no server runs', ADVICE) end
  for _, client in ipairs(clients) do
    local answer = client:request_sync('workspace/executeCommand', { command = 'glm-ls.status' }, PATIENCE_MS)
    local report = answer and answer.result and answer.result.report
    for _, row in ipairs(report or { { 'error', 'a server does not answer' } }) do
      health[row[1]](row[2])
    end
  end
end

return M
