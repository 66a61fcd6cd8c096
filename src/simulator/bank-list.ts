import type { Bank } from '../wire/banks.ts'

/** A bank that is in both lists. */
function bank(idx: string, name: string, codes: string): Bank & Record<string, unknown> {
  const [shortName = '', swiftCode = ''] = codes.split(' ')
  return {
    idx,
    name,
    short_name: shortName,
    logo: `https://khalti-static.s3.ap-south-1.amazonaws.com/media/bank-logo/${shortName.toLowerCase()}.png`,
    swift_code: swiftCode,
    has_cardpayment: false,
    address: 'Kathmandu',
    ebanking_url: '',
    has_ebanking: true,
    has_mobile_checkout: true,
    has_direct_withdraw: true,
    has_nchl: false,
    has_mobile_banking: false,
    play_store: '',
    app_store: '',
    branches: [],
  }
}

/** Banks of Nepal. The first is the one Khalti's docs show; the other ids, and who is in which list, are the simulator's own. */
export const bankList: readonly Bank[] = [
  {
    ...bank('UZmPqTDkdhKmukdZe2gVWZ', 'Agricultural Development Bank Limited', 'ADBL ADBLNPKA'),
    address: 'Singhadurbar, Kathmandu',
  },
  bank('dsyMwmq9qYe2GVEUUCuURY', 'Citizens Bank International Limited', 'CZBIL CTZNNPKA'),
  bank('tQuR5hqur2XgrhcYWBGi87', 'Everest Bank Limited', 'EBL EVBLNPKA'),
  bank('irETCV48rdePfcoxYH7tDK', 'Global IME Bank Limited', 'GBIME GLBBNPKA'),
  bank('Ea3xAA8LfUmiffiYouJTK5', 'Himalayan Bank Limited', 'HBL HIMANPKA'),
  bank('3eKGfNAFAeWUD6ykSijDeR', 'Kumari Bank Limited', 'KBL KMBLNPKA'),
  bank('EY6huiAJQ6KkjEX3QFZZvS', 'Laxmi Sunrise Bank Limited', 'LSL LXBLNPKA'),
  bank('Qd95uMEifoRj5rDNn4bCLo', 'Machhapuchchhre Bank Limited', 'MBL MBLNNPKA'),
  bank('tBAqevTDG2FhMRAMPNJQ26', 'Nabil Bank Limited', 'NABIL NARBNPKA'),
  { ...bank('vFc6c939DttR4ebxY6kZvk', 'Nepal Bank Limited', 'NBL NEBLNPKA'), has_ebanking: false },
  bank('M8YbJdUZx59HajH9w9sw77', 'Nepal Investment Mega Bank Limited', 'NIMB NIBLNPKT'),
  { ...bank('thm8cbRZvtHqrm5VPjurrM', 'Nepal SBI Bank Limited', 'NSBI NSBINPKA'), has_mobile_checkout: false },
  bank('Xi55dW3kKxE8fTokPhfHBt', 'NIC Asia Bank Limited', 'NICA NICENPKA'),
  { ...bank('rWuV64j3VGvoPa3c4TLKV7', 'NMB Bank Limited', 'NMB NMBBNPKA'), has_mobile_checkout: false },
  bank('idKute9gyHh2vtxgedWgp7', 'Prabhu Bank Limited', 'PRVU PRVUNPKA'),
  bank('AqkeytLYNPTcwuKnmjvTMM', 'Prime Commercial Bank Limited', 'PCBL PCBLNPKA'),
  { ...bank('To3m6fKvn92ULkHrvx3FD4', 'Rastriya Banijya Bank Limited', 'RBB RBBANPKA'), has_ebanking: false },
  bank('4VswgArtNp9pDakfC4WCNi', 'Sanima Bank Limited', 'SANIMA SNMANPKA'),
  bank('oXv4tT5HFSMb65aZmFF27i', 'Siddhartha Bank Limited', 'SBL SIDDNPKA'),
]
