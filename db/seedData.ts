/** The catalogue, places and stock of a fresh instance: enough to place orders, to run out of something, and to be refused. */
export const SEED_ITEMS = [
  { sku: 'TSHIRT-BLK-S', name: 'T-shirt, black, S' },
  { sku: 'TSHIRT-BLK-M', name: 'T-shirt, black, M' },
  { sku: 'TSHIRT-BLK-L', name: 'T-shirt, black, L' },
  { sku: 'TSHIRT-WHT-M', name: 'T-shirt, white, M' },
  { sku: 'HOODIE-GRY-M', name: 'Hoodie, grey, M' },
  { sku: 'HOODIE-GRY-L', name: 'Hoodie, grey, L' },
  { sku: 'CAP-NAVY', name: 'Cap, navy' },
  { sku: 'MUG-WHITE', name: 'Mug, white, 330 ml' },
  { sku: 'TOTE-NAT', name: 'Tote bag, natural' },
  { sku: 'SOCKS-3PK', name: 'Socks, pack of three' },
  { sku: 'POSTER-LTD', name: 'Poster, limited edition' },
  { sku: 'JACKET-OLV-M', name: 'Field jacket, olive, M' },
] as const;

export const SEED_LOCATIONS = [
  {
    id: 'berlin',
    name: 'Berlin warehouse',
    priority: 1,
    address: {
      name: 'OMS Lager Berlin',
      line1: 'Großbeerenstraße 148',
      city: 'Berlin',
      postalCode: '12277',
      country: 'DE',
    },
  },
  {
    id: 'rotterdam',
    name: 'Rotterdam warehouse',
    priority: 2,
    address: {
      name: 'OMS Magazijn Rotterdam',
      line1: 'Waalhaven Zuidzijde 21',
      city: 'Rotterdam',
      postalCode: '3089 JH',
      country: 'NL',
    },
  },
  {
    id: 'madrid',
    name: 'Madrid warehouse',
    priority: 3,
    address: {
      name: 'OMS Almacén Madrid',
      line1: 'Calle de Méndez Álvaro 72',
      city: 'Madrid',
      postalCode: '28045',
      country: 'ES',
    },
  },
] as const;

type Sku = (typeof SEED_ITEMS)[number]['sku'];
type Place = (typeof SEED_LOCATIONS)[number]['id'];

/** On hand at each place; POSTER-LTD is scarce, JACKET-OLV-M is out of stock. */
export const SEED_STOCK: Record<Sku, Partial<Record<Place, number>>> = {
  'TSHIRT-BLK-S': { berlin: 1200, rotterdam: 800, madrid: 500 },
  'TSHIRT-BLK-M': { berlin: 2000, rotterdam: 1500, madrid: 1000 },
  'TSHIRT-BLK-L': { berlin: 1600, rotterdam: 900, madrid: 700 },
  'TSHIRT-WHT-M': { berlin: 1400, rotterdam: 1000, madrid: 600 },
  'HOODIE-GRY-M': { berlin: 800, rotterdam: 600, madrid: 500 },
  'HOODIE-GRY-L': { berlin: 700, rotterdam: 600 },
  'CAP-NAVY': { berlin: 900, madrid: 900 },
  'MUG-WHITE': { berlin: 1000, rotterdam: 1000, madrid: 1000 },
  'TOTE-NAT': { rotterdam: 1500, madrid: 500 },
  'SOCKS-3PK': { berlin: 2000, rotterdam: 2000, madrid: 2000 },
  'POSTER-LTD': { berlin: 5 },
  'JACKET-OLV-M': { berlin: 0 },
};
