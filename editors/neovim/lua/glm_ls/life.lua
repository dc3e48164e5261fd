--- The server's life: started for a buffer, started again after a crash, and given up in one message.

local lsp = vim.lsp
local status = require('glm_ls.status')
local M = {}

local MARKERS = { '.glm-ls.toml', '.git' }
local PAUSES_MS = { 500, 2000, 5000 }
local FORGOTTEN_MS = 180000

---@type integer[] times of the crashes that still count
local crashes = {}
--- Whether nothing is started any more until `restart`.
local stopped = false

---@param reason string
local function give_up(reason)
  if stopped then return end
  stopped = true
  status.set('stopped', 'Error', reason)
  status.say('glm-ls: ' .. reason, vim.log.levels.ERROR)
end

---@param bufs integer[] those that it served
---@param code integer
---@param signal integer
local function crashed(bufs, code, signal)
  local now = vim.uv.now()
  crashes = vim.tbl_filter(function(time) return now - time < FORGOTTEN_MS end, crashes)
  table.insert(crashes, now)
  local pause = PAUSES_MS[#crashes]
  if not pause then
    local how = signal ~= 0 and ('signal %d'):format(signal) or ('exit code %d'):format(code)
    return give_up(('it stopped %d times in a row (%s), :checkhealth glm_ls'):format(#crashes, how))
  end
  status.set('restarting', 'Warning', 'The server stopped; it is started again')
  vim.defer_fn(function()
    for _, buf in ipairs(bufs) do
      if vim.api.nvim_buf_is_loaded(buf) then M.start(buf) end
    end
  end, pause)
end

--- Runs a command as a server whose end we tell of ourselves, not Neovim at each crash.
---@param cmd string[]
---@param config vim.lsp.ClientConfig gets an `on_exit`
local function watched(cmd, config)
  local code, signal = 0, 0
  local theirs = type(config.on_exit) == 'function' and { config.on_exit } or config.on_exit or {}
  config.on_exit = function(_, _, id)
    local client = lsp.get_client_by_id(id)
    local bufs = client and vim.tbl_keys(client.attached_buffers) or {}
    for _, call in ipairs(theirs) do call(code, signal, id) end
    if code == 0 and (signal == 0 or signal == 15) then return end
    vim.schedule(function()
      if vim.v.exiting == vim.NIL then crashed(bufs, code, signal) end
    end)
  end
  return function(dispatchers, made)
    local on_exit = dispatchers.on_exit
    dispatchers.on_exit = function(...)
      code, signal = ...
      on_exit(0, 0)
    end
    local extra = { cwd = made.cmd_cwd, env = made.cmd_env, detached = made.detached }
    return require('glm_ls.ghost').through(lsp.rpc.start(cmd, dispatchers, extra))
  end
end

--- Has a buffer served, by a server that runs for its workspace or a new one.
---@param buf integer
function M.start(buf)
  if stopped or not lsp.is_enabled('glm_ls') then return end
  local config = vim.deepcopy(lsp.config.glm_ls)
  config.name, config.root_dir = 'glm_ls', vim.fs.root(buf, config.root_markers or MARKERS)
  local cmd, theirs = config.cmd, config.capabilities or {}
  config.capabilities = vim.tbl_deep_extend('force', require('glm_ls.ghost').capabilities, theirs)
  if type(cmd) == 'table' then
    if vim.fn.executable(cmd[1]) == 0 then
      return give_up(('there is no program %s, :help glm_ls-install'):format(cmd[1]))
    end
    config.cmd = watched(cmd, config)
  end
  local options = { bufnr = buf, reuse_client = config.reuse_client, silent = true }
  if not lsp.start(config, options) then
    give_up(('%s does not start, :checkhealth glm_ls'):format(vim.inspect(cmd)))
  end
end

--- Starts afresh, whatever ran before.
function M.restart()
  stopped, crashes = false, {}
  status.set()
  lsp.enable('glm_ls', false)
  vim.wait(2000, function() return #lsp.get_clients({ name = 'glm_ls' }) == 0 end, 20)
  lsp.enable('glm_ls')
end

return M
