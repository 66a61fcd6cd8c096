#!/usr/bin/env node
import { runCommand } from './run-command.ts'
import { processTerminal } from './terminal.ts'

const argv = process.argv.slice(2)
process.exitCode = await runCommand(argv, processTerminal(argv.includes('--json')))
