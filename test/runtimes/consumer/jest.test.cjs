const { memoryPayments } = require('khalti-kit/checkout')
const { describePaymentStore } = require('khalti-kit/testing')
const { journey } = require('./journey.cjs')

test('the journey', async () => expect(await journey(process.env.GATEWAY)).toBe('ok'), 30_000)
describePaymentStore('memory', ({ now }) => memoryPayments({ now }))
