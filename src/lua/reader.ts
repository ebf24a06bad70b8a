/** How the engine's fields are read: a module declares which it reads, and what cannot be captured without them. */
import type {
  EntityField,
  IntegerArrayField,
  IntegerField,
  OptionalTextField,
  TextField,
  VectorField,
} from "../engine/fields.ts";
import type { Capture } from "../format/file.ts";

type Field = IntegerField | IntegerArrayField | TextField | OptionalTextField | EntityField | VectorField;

/** `et.gentity_get` for the fields that were declared, and for no other. */
interface Reader<Declared extends Field> {
  (entity: number, field: Extract<Declared, IntegerField>): number;
  (entity: number, field: Extract<Declared, IntegerArrayField>, index: number): number;
  (entity: number, field: Extract<Declared, TextField>): string;
  (entity: number, field: Extract<Declared, OptionalTextField>): string | undefined;
  (entity: number, field: Extract<Declared, EntityField>): number | undefined;
  (entity: number, field: Extract<Declared, VectorField>): Vector;
}

/** The fields that were declared, with what needs them; a field stands here once for each declaration. */
export const neededFields: { readonly field: string; readonly captures: readonly Capture[] }[] = [];

/** The engine's own function, so that reading costs what it costs; `captures` cannot do without the fields. */
export function reader<const Fields extends readonly Field[]>(
  captures: readonly Capture[],
  fields: Fields,
): Reader<Fields[number]> {
  for (const field of fields) neededFields.push({ field, captures });
  return et.gentity_get;
}
