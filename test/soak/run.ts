import { soak } from './soak.ts'

const [payments = '2000'] = process.argv.slice(2)
console.log(JSON.stringify(await soak({ payments: Number(payments), inFlight: 64, errors: 0.1 })))
