# A menu: the logic stays in the npm scripts.
.DEFAULT_GOAL := help
.PHONY: help check test fast long fix build generate golden demo bench simulate graph

help: ## print this menu
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
check: ## static checks: format, lint, types, imports, dead code
	@npm run --silent check
test: ## everything that a change must pass
	@npm test --silent
fast: ## static checks, pure stages and fakes, under a minute
	@npm run --silent test:fast
long: ## the slow rest: many seeds, kill matrices
	@npm run --silent test:long
fix: ## let the formatter and the linter correct what they can
	@npm run --silent fix
build: ## built JavaScript for the published package, in dist/
	@npm run --silent build
generate: ## crds/ and schemas/ from the kinds in src/api
	@npm run --silent generate
golden: ## write the expected output of the golden scenarios again
	@npm run --silent golden
demo: ## a whole crew on real tmux and git, in under a minute
	@npm run --silent demo
bench: ## the numbers
	@npm run --silent bench
simulate: ## the story of one simulated life: make simulate SEED=7
	@npm run --silent simulate -- --seed $(or $(SEED),1)
graph: ## the folders of src and their imports, as mermaid
	@npm run --silent graph
