/** A small tariff with nothing wrong, which tests spoil in one place at a time. */
export const SOUND_TARIFF = `tariff: t
version: "1"
currency: KRW
timeZone: Asia/Seoul
effective: { from: 2026-01-01 }
tax: { code: vat, label: { ko: 세금, en: Tax }, percent: 10 }
rounding: { to: 10 }
meters:
  - code: voice
    label: { ko: 음성, en: Voice }
    unit: s
    step: 1
    multiples: { min: 60 }
    bands:
      - { code: peak, label: { ko: 주간, en: Peak }, hours: [mon-sun 08-20] }
      - { code: off, label: { ko: 야간, en: Off-peak }, hours: [mon-sun 00-08, mon-sun 20-24] }
  - { code: data, label: { ko: 데이터, en: Data }, unit: KB, step: 0.5 }
plans:
  - code: a
    label: { ko: 가, en: A }
    currency: KRW
    fee: 30000
    usage:
      voice:
        bands: { peak: { price: 1.8 }, off: { price: 0.9 } }
      data:
        included: 1000
        cap: 18000
        tiering: graduated
        tiers:
          - { from: 0, to: 100, price: 0.02 }
          - { from: 100, price: 0.01 }
  - { code: b, label: { ko: 나, en: B }, usage: { data: { package: { size: 100, price: 5 } } } }
addOns:
  - { code: music, label: { ko: 음악, en: Music }, fee: 900, included: { data: 10 } }
discounts:
  - code: contract
    kind: contract
    label: { ko: 약정, en: Contract }
    percent: 25
    terms: [24]
    excludes: [family]
    clawBack:
      label: { ko: 반환금, en: Claw-back }
      taxable: true
      terms: { 24: [{ from: 0, to: 12, percent: 100 }, { from: 12, to: 24, percent: -15 }] }
  - { code: family, kind: familyTenure, label: { ko: 가족, en: Family }, tiers: [{ from: 0, to: 10, percent: 10 }, { from: 10, percent: 20 }] }
  - { code: birth, kind: birthday, label: { ko: 생일, en: Birthday }, amount: 1000 }
welfare:
  - { code: w, label: { ko: 감면, en: Welfare }, percent: 50, of: [usage], cap: 11000 }
charges:
  - { code: sim, label: { ko: 유심, en: SIM }, price: 7000 }
`;
