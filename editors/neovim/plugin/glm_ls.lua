if vim.fn.has('nvim-0.11') == 0 or vim.g.loaded_glm_ls then return end
vim.g.loaded_glm_ls = true
require('glm_ls').listen()
require('glm_ls.commands')
