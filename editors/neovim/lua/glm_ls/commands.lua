--- `:Glm …`: what is done by name. A table of names, each with what it does.

local api, lsp = vim.api, vim.lsp
local status = require('glm_ls.status')
local M = {}

---@return vim.lsp.Client? client the one of the current buffer; says so if there is none
local function client_here()
  local client = lsp.get_clients({ name = 'glm_ls', bufnr = 0 })[1]
  if not client then status.say('glm-ls does not serve this buffer', vim.log.levels.WARN) end
  return client
end

---@param command string
---@param argument? table
local function run(command, argument)
  local client = client_here()
  if client then client:exec_cmd({ title = command, command = command, arguments = { argument } }) end
end

--- Runs an action on the lines of the command's range, or those around the cursor.
---@param name string
---@param call vim.api.keyset.create_user_command.command_args
---@param instruction? string
local function act(name, call, instruction)
  local first, last = call.line1 - 1, call.range > 0 and call.line2 or call.line1
  run('glm-ls.action', {
    action = name,
    uri = vim.uri_from_bufnr(0),
    range = { start = { line = first, character = 0 }, ['end'] = { line = last, character = 0 } },
    instruction = instruction,
  })
end

--- Sets when suggestions are made, for now and for servers that start later.
---@param mode 'auto'|'manual'
local function set_mode(mode)
  local settings = { ['glm-ls'] = { completion = { mode = mode } } }
  lsp.config('glm_ls', { settings = settings })
  for _, client in ipairs(lsp.get_clients({ name = 'glm_ls' })) do
    client.settings = vim.tbl_deep_extend('force', client.settings, settings)
    client:notify('workspace/didChangeConfiguration', { settings = client.settings })
  end
end

---@type table<string, fun(call: vim.api.keyset.create_user_command.command_args, rest: string)>
local COMMANDS = {
  auto = function() set_mode('auto') end,
  manual = function() set_mode('manual') end,
  restart = function() require('glm_ls.life').restart() end,
  review = function(call) run('glm-ls.review', not call.bang and { uri = vim.uri_from_bufnr(0) } or {}) end,
  explain = function(call) act('explain', call) end,
  dismiss = function()
    local found = vim.diagnostic.get(0, { lnum = vim.fn.line('.') - 1 })
    for _, each in ipairs(found) do
      local data = vim.tbl_get(each, 'user_data', 'lsp', 'data')
      if each.source == 'glm' and data then
        run('glm-ls.dismiss', { uri = vim.uri_from_bufnr(0), id = data.id })
      end
    end
  end,
  rewrite = function(call, rest)
    if rest ~= '' then return act('rewrite', call, rest) end
    vim.ui.input({ prompt = 'Rewrite with GLM: ' }, function(words)
      if words and words ~= '' then act('rewrite', call, words) end
    end)
  end,
  status = function()
    local reason, message = status.status(), status.status('message')
    status.say(reason == '' and 'glm-ls does not serve this buffer' or ('glm-ls: %s (%s)'):format(message, reason))
  end,
}

---@param call vim.api.keyset.create_user_command.command_args
local function command(call)
  local name, rest = call.args:match('^(%S+)%s*(.*)$')
  local act_on = COMMANDS[name]
  if act_on then return act_on(call, rest) end
  status.say(('glm-ls has no command %s'):format(name), vim.log.levels.ERROR)
end

function M.create()
  api.nvim_create_user_command('Glm', command, {
    nargs = '+',
    range = true,
    bang = true,
    desc = 'glm-ls: ' .. table.concat(vim.fn.sort(vim.tbl_keys(COMMANDS)), ', '),
    complete = function(lead, line)
      if line:find('Glm!?%s+%S+%s') then return {} end
      return vim.tbl_filter(function(name) return vim.startswith(name, lead) end, vim.fn.sort(vim.tbl_keys(COMMANDS)))
    end,
  })
end

return M
