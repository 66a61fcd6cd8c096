import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { inTerminal, key, khaltiKit, khaltiKitTo } from '../../support/cli.ts'

const commands = ['demo', 'simulate', 'doctor', 'init', 'lookup', 'refund', 'orders']

describe('khalti-kit', () => {
  it('tells its version, commands and exit codes, as plain text where it is piped', async () => {
    const [version, overview] = await Promise.all([khaltiKit(['--version']), inTerminal(['--help'])])
    expect(version).toEqual({
      code: 0,
      stdout: `${JSON.parse(readFileSync('package.json', 'utf8')).version}\n`,
      stderr: '',
    })
    expect(overview.code).toBe(0)
    for (const command of commands) expect(overview.stdout).toContain(`\n  ${command} `)
    expect(overview.stdout).toContain('Exit codes: 0 it went well, 1 it failed, 2 it was called wrongly')
    expect(overview.stdout).not.toContain('\u001b')
  })

  it.each(commands)('%s --help shows its options and examples', async (command) => {
    for (const args of [
      [command, '--help'],
      [command, 'x', '-h'],
      ['help', command],
      ['--help', command],
    ]) {
      const { code, stdout } = await inTerminal(args)
      expect(code).toBe(0)
      expect(stdout).toMatch(new RegExp(`^khalti-kit ${command}`))
      expect(stdout).toMatch(/\n {2}--json /)
      expect(stdout.match(new RegExp(`^ {2}.*npx khalti-kit ${command}`, 'gm'))?.length).toBeGreaterThan(1)
    }
  })

  it.each([['--help'], ...commands.map((command) => [command, '--help'])])(
    'shows a help that fits 80 columns: %s %s',
    async (...args) => {
      const { stdout } = await inTerminal(args)
      expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([])
    },
  )

  it.each([[['refnd']], [['lookup', 'no id!']], [['lookup', 'abc', '--env-file', 'is-not-there']]])(
    'An error is broken between words where standard error is a narrow terminal, and nowhere else: %j',
    async (args) => {
      const whole = await inTerminal(args, { columns: 40 })
      expect(whole.stderr.split('\n').some((line) => line.length > 40)).toBe(true)
      const narrow = await inTerminal(args, { errorColumns: 40 })
      expect(narrow.stderr.split(/\s+/)).toEqual(whole.stderr.split(/\s+/))
      expect(narrow.stderr.split('\n').filter((line) => line.length > 40)).toEqual([])
      const json = await inTerminal([...args, '--json'], { errorColumns: 40 })
      expect(json).toEqual(await inTerminal([...args, '--json']))
      expect(json.stdout.split('\n')).toHaveLength(2)
    },
  )

  const helps = [['--help'], ...commands.map((command) => [command, '--help'])]
  it.each(helps)(
    'A narrow terminal shows the help broken between words, with nothing left out: %s %s',
    async (...args) => {
      const words = (text: string) => text.split(/\s+/).filter((word) => word !== '\\')
      const whole = await inTerminal(args)
      for (const columns of [30, 40, 60, 79]) {
        const { stdout } = await inTerminal(args, { columns })
        expect(words(stdout)).toEqual(words(whole.stdout))
        // A word that has no room has a line of its own.
        for (const line of stdout.split('\n')) {
          if (line.length > columns) expect(line.trim().replace(/ \\$/, '')).not.toContain(' ')
        }
      }
      expect(await inTerminal(args, { columns: 80 })).toEqual(whole)
    },
  )

  it('A narrow terminal shows what an option is for below its name, and a command as the shell takes it', async () => {
    const { stdout } = await inTerminal(['init', '--help'], { columns: 40 })
    expect(stdout).toContain(
      '\n  --app, --pages\n      which router, where there are\n      both; default the App Router\n  --express\n',
    )
    expect(stdout).toContain('\n  npx khalti-kit init --dir \\\n    apps/shop --pages --yes')
    const wider = await inTerminal(['init', '--help'], { columns: 60 })
    expect(wider.stdout).toContain(
      '\n  --app, --pages  which router, where there are both;\n                  default the App Router\n',
    )
  })

  it.each([
    [['doctor', '--siteurl', 'http://localhost:3000'], 'There is no option --siteurl. Did you mean --site-url?'],
    [['doctor', '--SITE_URL=x'], 'There is no option --SITE_URL. Did you mean --site-url?'],
    [['doctor', '--site'], 'There is no option --site. Did you mean --site-url?'],
    [['simulate', '--prot', '1'], 'There is no option --prot. Did you mean --port?'],
    [['refund', 'abc', '--ammount=5'], 'There is no option --ammount. Did you mean --amount?'],
    [['lookup', 'abc', '--jsn'], 'There is no option --jsn. Did you mean --json?'],
    [['demo', '--port', '1'], 'There is no option --port.'],
    [['doctor', '--nonsense'], 'There is no option --nonsense.'],
    [['doctor', '-x'], 'There is no option -x.'],
    [
      ['refund', 'abc', '--amount', '-5'],
      '--amount has no value: what follows begins with a dash. If it is the value, write --amount=<value>.',
    ],
    [
      ['refund', 'abc', '--amount', '--yes'],
      '--amount has no value: what follows begins with a dash. If it is the value, write --amount=<value>.',
    ],
    [['lookup', 'abc', '-e'], '--env-file has no value. Write --env-file <value>.'],
    [['lookup', 'abc', '--amount'], '--amount has no value. Write --amount <value>.'],
    [['refund', 'abc', '--yes=no'], '--yes takes no value.'],
    [['docter'], 'There is no command "docter". Did you mean doctor?'],
    [['refunds'], 'There is no command "refunds". Did you mean refund?'],
    [['help', 'simulat'], 'There is no command "simulat". Did you mean simulate?'],
  ])('says in a sentence of its own what is wrong with %j', async (args, sentence) => {
    const { code, stderr } = await inTerminal(args)
    expect([code, stderr.split('\n')[0]]).toEqual([2, sentence])
  })

  it('shows what there is and exits 2 where no command is named', async () => {
    expect(await inTerminal([])).toMatchObject({ code: 2, stdout: expect.stringContaining('simulate') })
  })

  it.each([
    [['nonsense'], /There is no command "nonsense"\.\nnpx khalti-kit --help shows/],
    [['constructor'], /There is no command/],
    [['lookup'], /The pidx is missing\.\nnpx khalti-kit lookup --help shows/],
    [['lookup', 'abc', 'def'], /Unexpected argument\. It takes one pidx\./],
    [['lookup', 'no id!'], /cannot be an id of Khalti's/],
    [['lookup', 'abc', '--amount', '12.345'], /not an amount of rupees/],
    [['lookup', 'abc', '--nonsense'], /--nonsense/],
    [['lookup', 'abc', '--env-file', 'no-such-file'], /--env-file no-such-file cannot be read \(ENOENT\)/],
    [['refund'], /The transaction_id is missing/],
    [['refund', 'abc', '--amount', '0', '--yes'], /--amount is 0/],
    [['doctor', 'abc'], /Unexpected argument\.\n/],
    [['doctor', '--base-path', 'api'], /--base-path is "api"/],
    [['init', '--app', '--pages'], /exclude each other/],
    [['init', '--dir', 'no-such-folder'], /no folder/],
    [['simulate', '--port', '70000'], /--port is "70000"/],
    [['help', 'bogus'], /There is no command "bogus"\.\nnpx khalti-kit --help shows/],
    [['--help', 'bogus'], /There is no command "bogus"/],
    [['lookup', 'abc', '--amount', '1', '--amount=2'], /--amount is given twice/],
    [['refund', 'abc', '--amount', '1', '--amount', '1', '--yes'], /--amount is given twice/],
    [['lookup', 'abc', '-e', 'a', '--env-file', 'b'], /--env-file is given twice/],
    [['doctor', '--page', 'a', '--page', 'b'], /--page is given twice/],
    [['orders', '--site', 'a', '--site', 'b'], /--site is given twice/],
    [['init', '--dir', '.', '--dir', '..'], /--dir is given twice/],
    [['simulate', '--port', '0', '--port', '1'], /--port is given twice/],
  ])('exits 2 for %j and says why', async (args, message) => {
    expect(await inTerminal(args)).toEqual({ code: 2, stdout: '', stderr: expect.stringMatching(message) })
    const { code, stdout, stderr } = await inTerminal([...args, '--json'])
    expect([code, stderr]).toEqual([2, ''])
    expect(JSON.parse(stdout).error.code).toMatch(/^(usage|input)$/)
  })

  const noFile = [2, expect.stringContaining('--env-file nope.env cannot be read (ENOENT)')]

  it.each([['doctor'], ['lookup', 'abc'], ['refund', 'abc'], ['orders']])(
    'says in one sentence that the file of -e is missing, and exits with 2: %s %s',
    async (...args) => {
      const { code, stderr } = await inTerminal([...args, '-e', 'nope.env'])
      expect([code, stderr]).toEqual(noFile)
    },
  )

  // Node 20 looks for --env-file behind a program's name, too, and exits with 9; it does not know -e.
  it('says that the file of -e is missing in a process of its own, too', async () => {
    const { code, stderr } = await khaltiKit(['lookup', 'abc', '-e', 'nope.env'])
    expect([code, stderr]).toEqual(noFile)
  })

  it.skipIf(!existsSync('/dev/full'))('says in one line that the disk is full, and exits with 1', () => {
    expect(khaltiKitTo('/dev/full', ['--help'])).toEqual({
      code: 1,
      stderr: expect.stringMatching(/^khalti-kit could not write: ENOSPC: [^\n]+\n$/),
    })
  })

  it.each([
    ['--json', '--version'],
    ['--version', '--json'],
    ['--json', 'help'],
    ['--json', 'lookup', '--help'],
  ])('takes --json in any place, such as %s %s', async (...args) => {
    const { code, stdout } = await inTerminal(args.filter((arg) => arg !== undefined))
    expect([code, Object.keys(JSON.parse(stdout)).length]).toEqual([0, 1])
    expect(stdout.trim().split('\n')).toHaveLength(1)
  })

  it.each([
    [['lookup', 'abc', key]],
    [['lookup', 'abc', `--secret-key=${key}`]],
    [['lookup', 'abc', '--secret-key', 'hunter2-hunter2']],
    [['lookup', 'abc', '--key=hunter2-hunter2']],
    [['refund', 'abc', '--api-key', 'hunter2-hunter2']],
    [[`KHALTI_SECRET_KEY=${key}`, 'lookup', 'abc']],
    [['doctor', '--site-url', `https://shop.example/?key=${key.slice(16)}`]],
    [['doctor', `Key ${key.slice(16)}`]],
    [['test_secret_key_0']],
  ])('refuses a key on the command line and does not repeat it in %j', async (args) => {
    for (const json of [[], ['--json']]) {
      const { code, stdout, stderr } = await inTerminal([...args, ...json], { env: {} })
      expect(code).toBe(2)
      expect(stdout + stderr).toContain('A key does not belong on the command line')
      expect(stdout + stderr).not.toMatch(/hunter2|0123456789abcdef|test_secret_key/)
    }
  })

  it('refuses the key that it knows, whatever it looks like', async () => {
    const env = { KHALTI_SECRET_KEY: 'unusual-but-a-key-all-the-same' }
    expect(await inTerminal(['lookup', env.KHALTI_SECRET_KEY], { env })).toMatchObject({
      code: 2,
      stderr: expect.not.stringContaining('unusual-but'),
    })
  })
})
