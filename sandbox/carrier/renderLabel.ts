import type { Shipment } from './carrier';
import type { Address, BookBody } from './schema';

/** The label as ZPL, the language of label printers: any ZPL viewer shows it, 4 by 6 inches at 203 dpi. */
export function renderLabel(shipment: Shipment, { from, to, parcel }: BookBody): string {
  const items = parcel.items.reduce((sum, { quantity }) => sum + quantity, 0);
  const lines = [
    ['FROM', 24, 40],
    ...addressLines(from).map((line) => [line, 24, 28] as const),
    ['TO', 36, 56],
    ...addressLines(to).map((line) => [line, 36, 44] as const),
    [`${shipment.service.toUpperCase()}  ${items} item(s)`, 30, 60],
  ] as const;
  let y = 40;
  const fields = lines.map(([text, height, advance]) => {
    const field = `^FO40,${y}^A0N,${height},${height}^FD${cleanField(text)}^FS`;
    y += advance;
    return field;
  });
  const barcode = `^FO40,${y + 20}^BY2^BCN,120,Y,N,N^FD${shipment.trackingNumber}^FS`;
  return ['^XA', '^CI28', '^PW812', '^LL1218', ...fields, barcode, '^XZ', ''].join('\n');
}

function addressLines({ name, line1, line2, city, postalCode, country }: Address): string[] {
  return [name, line1, ...(line2 ? [line2] : []), `${postalCode} ${city}`, country];
}

/** In ZPL ^ and ~ begin commands: in the text of a customer they would change the label. */
function cleanField(text: string): string {
  return text.replace(/[\^~\p{Cc}]/gu, ' ');
}
