--- The server's life: started for a buffer, started again after a crash, and given up in one message.

local lsp = vim.lsp
local ghost = require('glm_ls.ghost')
local status = require('glm_ls.status')
local M = {}

--- Told to the server, beside what ghost text wants: it may send texts for reading.
local CAPABILITIES = { experimental = { glmLs = { showDocument = true } } }
local MARKERS = { '.glm-ls.toml', '.git' }
local PAUSES_MS = { 500, 2000, 5000 }
local FORGOTTEN_MS = 180000

---@type integer[] times of the crashes that still count
local crashes = {}
--- Whether nothing is started any more until `restart`.
local stopped = false
---@type (fun())[] what opens the connections that sleep until `restart`
local sleeping = {}

---@param reason string
local function give_up(reason)
  if stopped then return end
  stopped = true
  status.set('stopped', 'Error', reason)
  -- Later, because an error message in an autocommand is an error of it.
  vim.schedule(function() status.say('glm-ls: ' .. reason, vim.log.levels.ERROR) end)
end

--- Returns a connection that opens when the second result is called.
---
--- A buffer that is typed in while no client is attached is one whose changes Neovim tells to no
--- client ever after. So the next client is there at once, and its server comes later.
---@param open fun(): vim.lsp.rpc.PublicClient
local function asleep(open)
  local real, first, closed ---@type vim.lsp.rpc.PublicClient?, any[]?, boolean?
  local rpc = {}
  function rpc.request(...)
    if real then return real.request(...) end
    first = first or { ... } -- the client waits for the answer to it
    return true, 0
  end
  function rpc.notify(...) return real ~= nil and real.notify(...) end
  function rpc.is_closing() return closed or real ~= nil and real.is_closing() end
  function rpc.terminate()
    closed = true
    if real then real.terminate() end
  end
  return rpc, function()
    if real or closed then return end
    real = open()
    if first then real.request(unpack(first)) end
  end
end

--- Has buffers served by a server of their own, or one that runs already.
---@param bufs integer[]
---@param root? string
---@param pause? number before it starts, in milliseconds; infinite: when it is woken
local function launch(bufs, root, pause)
  local config, code, signal = vim.deepcopy(lsp.config.glm_ls), 0, 0
  local theirs = config.on_exit or {}
  config.name, config.root_dir = 'glm_ls', root
  local ours = vim.tbl_extend('error', CAPABILITIES, ghost.capabilities)
  config.capabilities = vim.tbl_deep_extend('keep', config.capabilities or {}, ours)
  config.on_exit = function(_, _, id)
    local served = vim.tbl_keys(lsp.get_client_by_id(id).attached_buffers)
    for _, act in ipairs(type(theirs) == 'table' and theirs or { theirs }) do act(code, signal, id) end
    if code == 0 and (signal == 0 or signal == 15) then return end
    local how = signal ~= 0 and 'signal ' .. signal or 'exit code ' .. code
    vim.schedule(function() M.crashed(served, root, how) end)
  end
  config.cmd = function(dispatchers, made)
    local told = dispatchers.on_exit
    dispatchers.on_exit = function(...)
      code, signal = ...
      told(0, 0) -- Neovim would complain of each crash, where we tell of the last
    end
    local function open()
      local cmd = lsp.config.glm_ls.cmd
      if type(cmd) == 'function' then return cmd(dispatchers, made) end
      local extra = { cwd = made.cmd_cwd, env = made.cmd_env, detached = made.detached }
      return lsp.rpc.start(cmd, dispatchers, extra)
    end
    if not pause then return ghost.through(open()) end
    local rpc, wake = asleep(open)
    if pause == math.huge then table.insert(sleeping, wake) else vim.defer_fn(wake, pause) end
    return ghost.through(rpc)
  end
  local reuse = pause and function() return false end or config.reuse_client
  local id ---@type integer?
  for _, buf in ipairs(vim.tbl_filter(vim.api.nvim_buf_is_loaded, bufs)) do
    id = id or lsp.start(config, { bufnr = buf, reuse_client = reuse, silent = true })
    if not id then return give_up('it does not start, :checkhealth glm_ls') end
    lsp.buf_attach_client(buf, id)
  end
end

---@param bufs integer[] those that it served
---@param root? string
---@param how string
function M.crashed(bufs, root, how)
  if vim.v.exiting ~= vim.NIL then return end
  local now = vim.uv.now()
  crashes = vim.tbl_filter(function(time) return now - time < FORGOTTEN_MS end, crashes)
  table.insert(crashes, now)
  local pause = PAUSES_MS[#crashes]
  if pause then
    status.set('restarting', 'Warning', 'The server stopped; it is started again')
  else
    give_up(('it stopped %d times in a row (%s), :checkhealth glm_ls'):format(#crashes, how))
  end
  launch(bufs, root, pause or math.huge)
end

--- Has a buffer served, by a server that runs for its workspace or a new one.
function M.start(buf)
  if stopped or not lsp.is_enabled('glm_ls') then return end
  launch({ buf }, vim.fs.root(buf, lsp.config.glm_ls.root_markers or MARKERS))
end

--- Tells that a buffer is not served because there is no such program: Neovim says nothing.
function M.check(buf)
  if not lsp.is_enabled('glm_ls') or vim.bo[buf].buftype ~= '' then return end
  local cmd, filetypes = lsp.config.glm_ls.cmd, lsp.config.glm_ls.filetypes
  local wanted = not filetypes or vim.tbl_contains(filetypes, vim.bo[buf].filetype)
  if wanted and type(cmd) == 'table' and vim.fn.executable(cmd[1]) == 0 then
    give_up(('there is no program %s, :help glm_ls-install'):format(cmd[1]))
  end
end

--- Starts afresh, whatever ran before.
function M.restart()
  stopped, crashes = false, {}
  status.set()
  lsp.enable('glm_ls', false)
  vim.wait(2000, function() return #lsp.get_clients({ name = 'glm_ls' }) == 0 end, 20)
  for _, wake in ipairs(sleeping) do pcall(wake) end
  sleeping = {}
  lsp.enable('glm_ls')
  M.check(vim.api.nvim_get_current_buf())
end

return M
