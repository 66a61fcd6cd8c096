// `npm run bench` measures all, `npm run bench -- settle stores` a part. It runs on the build, which is what shops get.
const all = ['lookup', 'settle', 'reconcile', 'stores', 'cold-start']
const asked = process.argv.slice(2)

for (const name of asked.length > 0 ? asked : all) {
  if (!all.includes(name)) throw new Error(`There is no benchmark named ${name}. There are ${all.join(', ')}.`)
  await import(`./${name}.ts`)
}
