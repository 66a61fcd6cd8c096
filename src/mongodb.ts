export { type MongoIndex, mongoIndexes } from './stores/mongodb-documents.ts'
export type { MongoDatabase, MongooseConnection, MongoSession, MongoSource } from './stores/mongodb-driver.ts'
export { type MongoPayments, type MongoPaymentsOptions, mongoPayments } from './stores/mongodb-payments.ts'
