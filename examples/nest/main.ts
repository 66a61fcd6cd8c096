import 'reflect-metadata'
import { Module } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { KhaltiModule } from './khalti.module.ts'
import { ShopController } from './shop.controller.ts'

@Module({ imports: [KhaltiModule], controllers: [ShopController] })
class AppModule {}

const app = await NestFactory.create(AppModule)
app.enableShutdownHooks()
await app.listen(Number(process.env.PORT ?? 3000))
