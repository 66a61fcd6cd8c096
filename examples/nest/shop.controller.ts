import { Controller, Get, Inject, NotFoundException, Param, Post, Redirect } from '@nestjs/common'
import { formatRupees, paisa } from 'khalti-kit'
import type { Checkout } from 'khalti-kit/checkout'
import { KHALTI } from './khalti.module.ts'
import { Orders } from './orders.ts'

@Controller()
export class ShopController {
  constructor(
    @Inject(Orders) private readonly orders: Orders,
    @Inject(KHALTI) private readonly khalti: Checkout,
  ) {}

  @Get()
  home(): string {
    return '<h1>Dhaka topi</h1><form method="post" action="/orders"><button>Order for Rs 850</button></form>'
  }

  @Post('orders')
  @Redirect('/', 303)
  async order(): Promise<{ url: string }> {
    return { url: `/orders/${await this.orders.create()}` }
  }

  @Get('orders/:id')
  async show(@Param('id') id: string): Promise<string> {
    const order = await this.orders.find(id)
    if (!order) throw new NotFoundException('There is no such order.')
    const isHeld = (await this.khalti.order(id))?.attention.includes('hold')
    const state = order.paid_by ? '<p>Paid. Thank you!</p>' : isHeld ? held : payForm(order.id)
    return `<h1>${order.name}, ${formatRupees(paisa(order.amount))}</h1>${state}`
  }
}

// While the shop looks at a payment, a second one would pay twice.
const held = '<p>The shop checks your payment. Please do not pay again.</p>'

const payForm = (orderId: string) => `<form method="post" action="/api/khalti/initiate">
  <input type="hidden" name="orderId" value="${orderId}">
  <button>Pay with Khalti</button>
</form>`
