import { stem } from './stem.ts';

/**
 * Words of any English text. Some hundred short files are too few to tell that `every` or `need` is common: such
 * a word looks as rare there as the name of a thing, and the one file that happens to have it stands first.
 * What may itself be a symptom (`behind`, `gone`, `wait`) is left out.
 */
const WORDS = `
able above according across act actual actually add additional affected again against agree all allow allowed
almost along already although always among amount another answer anyone anything apart appear approximate around
ask asked attention available avoid away bad based basic become before began begin believe below beside best
better between beyond big bit both bring brought call came cannot care carry case cases cause caused certain
chance clear come comes coming common compare complete completely concern consider contain contains continue
continues correct couple course datapoint datapoints decide describe detail details different directly doing
during early easily easy effect either else end enough ensure entire equal especially even eventually ever every
everybody everything exact exactly example except expect expected explain extra fact fairly false far feel few
find fine first fit five follow following follows found four further gave general generally get gets getting
give given gives giving go goes good got great greater half hand happen happened happens hard help hence hold
holds however idea immediately important include included includes including indeed indicate indicates
information inside instead itself keep keeps kept kind knew know known large later latest least leave left less
let letter like likely list little long longer look looking looks lot made main make makes making manage many
matter maybe mean means meant meanwhile mind moment mostly move much myself near nearly necessary need needed
needs neither never next nine nobody none nor normally note nothing notice obvious occur occurred occurs often
ok okay once ones onto others otherwise ought outside over own part particular particularly people perhaps
person piece place please point points possible possibly present probably problem problems proper properly
properties put quite rather reach reached reaches real really reason reasons recent recently regard related
remain remains reported reports require required requires respective rest result results right round said saw
say says see seem seems seen sees self several shall show showed shown shows side sides similar simply single
six small somebody someone something sometimes soon sort special spend spent stay still suddenly suggest sure
take taken takes taking talk tell ten therefore thing things think third though three threshold through
throughout thus till time times today together told tomorrow too took toward towards tried try trying turn
turned turns two type under unless unlike until unusual upon useful uses usual usually various view want wanted
watch way ways well went whatever whether whole whom whose wide without word work works wrong yes yesterday yet
yourself
`;

const general = new Set(WORDS.trim().split(/\s+/).map(stem));

/** Whether a term, as `termsOf` gives them, is a word of any text. */
export function isGeneral(term: string): boolean {
  return general.has(term);
}
