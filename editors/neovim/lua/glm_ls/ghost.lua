--- Ghost text: Neovim 0.12 draws it by itself, 0.11 needs ours. Both modules have the same functions.
return require(vim.lsp.inline_completion and 'glm_ls.native' or 'glm_ls.own')
