--- `:checkhealth glm_ls`: whether the server runs, and what it says of itself.

local health = vim.health
local M = {}
local ADVICE = { "call `vim.lsp.enable('glm_ls')`", 'open a file', 'see `:help glm_ls`' }

function M.check()
  health.start('glm-ls')
  local clients, without = vim.lsp.get_clients({ name = 'glm_ls' }), require('glm_ls.status').without
  if #clients == 0 then return health.error(without and without.message or 'no server runs', ADVICE) end
  for _, client in ipairs(clients) do
    local answer = client:request_sync('workspace/executeCommand', { command = 'glm-ls.status' }, 3000)
    local report = vim.tbl_get(answer or {}, 'result', 'report')
    for _, row in ipairs(report or { { 'error', 'a server does not answer' } }) do
      health[row[1]](row[2])
    end
  end
end

return M
