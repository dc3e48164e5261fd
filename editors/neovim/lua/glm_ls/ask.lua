--- What is asked of the server about the cursor's place: after a pause, one request at a time.

local api, lsp = vim.api, vim.lsp

--- Returns functions: `later` asks, `stop` gives up asking and clears the namespace, `heard` returns
--- what `hear` made of the last answer. It holds only while the buffer is as it was.
---@param hear fun(result: table, client: vim.lsp.Client): any
---@param is_busy? fun(client: vim.lsp.Client): boolean whether it has to wait for another pause
return function(method, pause_ms, namespace, hear, is_busy)
  local M, timer, last = {}, assert(vim.uv.new_timer()), nil

  local function holds()
    return last and last.buf == api.nvim_get_current_buf() and last.tick == vim.b.changedtick
  end

  function M.heard()
    if holds() then return last.found, last.client end
  end

  function M.stop()
    timer:stop()
    api.nvim_buf_clear_namespace(0, namespace, 0, -1)
    if last and last.client.requests[last.request] then last.client:cancel_request(last.request) end
    last = nil
  end

  local function ask()
    local client = lsp.get_clients({ name = 'glm_ls', bufnr = 0 })[1]
    if not client then return end
    if is_busy and is_busy(client) then return M.later() end
    local asked = { client = client, buf = api.nvim_get_current_buf(), tick = vim.b.changedtick }
    local params = lsp.util.make_position_params(0, client.offset_encoding)
    params.textDocument.version = lsp.util.buf_versions[asked.buf]
    params.context = { triggerKind = 2 } -- automatic
    last = asked
    _, asked.request = client:request(method, params, function(_, result)
      if result and last == asked and holds() then asked.found = hear(result, client) end
    end)
  end

  function M.later()
    M.stop()
    timer:start(pause_ms, 0, vim.schedule_wrap(ask))
  end

  return M
end
