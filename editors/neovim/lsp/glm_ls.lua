--- How Neovim starts glm-ls, for `vim.lsp.enable('glm_ls')`: in every buffer that has a file type.
return {
  cmd = { 'glm-ls' },
  root_markers = { '.glm-ls.toml', '.git' },
  handlers = require('glm_ls.status').handlers,
  capabilities = {
    general = { positionEncodings = { 'utf-8' } }, -- so that columns are bytes, as Neovim's are
    textDocument = { inlineCompletion = { dynamicRegistration = false } },
    experimental = { glmLs = { showDocument = true } },
  },
  -- An edit of the server lands where it should only if nothing typed is still to be told.
  flags = { debounce_text_changes = 0 },
  -- We start it ourselves, and so have a say when it does not start, or dies.
  root_dir = function(buf) require('glm_ls.life').start(buf) end,
}
