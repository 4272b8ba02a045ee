import type { RandomStream } from "./random-stream.ts";

/** A name in its own script, and its Latin form as it would stand in an e-mail address. */
export interface PersonName {
  readonly full: string;
  readonly latin: string;
}

const koreanFamilies = [
  ["김", "kim"],
  ["이", "lee"],
  ["박", "park"],
  ["최", "choi"],
  ["정", "jung"],
  ["강", "kang"],
  ["조", "cho"],
  ["윤", "yoon"],
  ["장", "jang"],
  ["임", "lim"],
  ["한", "han"],
  ["오", "oh"],
  ["서", "seo"],
  ["신", "shin"],
  ["권", "kwon"],
  ["황보", "hwangbo"],
] as const;
const koreanFirst = [
  ["민", "min"],
  ["서", "seo"],
  ["지", "ji"],
  ["현", "hyun"],
  ["예", "ye"],
  ["도", "do"],
  ["하", "ha"],
  ["유", "yu"],
  ["은", "eun"],
  ["수", "su"],
  ["영", "young"],
  ["재", "jae"],
] as const;
const koreanSecond = [
  ["준", "jun"],
  ["윤", "yoon"],
  ["우", "woo"],
  ["원", "won"],
  ["진", "jin"],
  ["아", "a"],
  ["희", "hee"],
  ["호", "ho"],
  ["연", "yeon"],
  ["빈", "bin"],
  ["숙", "sook"],
  ["석", "seok"],
] as const;
const englishFirst = [
  "Grace",
  "Oliver",
  "Amelia",
  "Noah",
  "Zoë",
  "Liam",
  "Maria",
  "Ethan",
  "Chloe",
  "Samir",
  "Yuki",
  "André",
] as const;
const englishLast = [
  "Smith",
  "O'Connor",
  "Nguyen",
  "García",
  "Müller",
  "Johnson",
  "Brown",
  "Tanaka",
  "Silva",
  "Kaur",
  "Rossi",
  "Lee",
] as const;

/** A Korean name, family name first. */
export function koreanName(stream: RandomStream): PersonName {
  const family = stream.pick(koreanFamilies);
  const first = stream.pick(koreanFirst);
  const second = stream.pick(koreanSecond);
  return { full: family[0] + first[0] + second[0], latin: `${first[1]}${second[1]}.${family[1]}` };
}

/** A name of the kind found on English bills, with letters beyond ASCII among them. */
export function englishName(stream: RandomStream): PersonName {
  const first = stream.pick(englishFirst);
  const last = stream.pick(englishLast);
  return { full: `${first} ${last}`, latin: `${asciiOf(first)}.${asciiOf(last)}` };
}

function asciiOf(name: string): string {
  return name
    .normalize("NFD")
    .replaceAll(/[^A-Za-z]/g, "")
    .toLowerCase();
}
