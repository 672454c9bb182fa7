import { Ascii, integer, isBlank } from "@kubewarden/as-sdk/assembly/json";
import { Names } from "../../document/names";
import { Place } from "../problems/place";
import { portNameRule } from "./names";

const PROTOCOLS: Ascii = "TCP UDP SCTP";
const HIGHEST_PORT: i64 = 65535;

/** The ports of one container. `hostPorts` gathers what is taken on the node by the containers checked so far. */
export function validatePorts(ports: Place, hostPorts: Names): void {
  const names = new Names();
  const places = ports.elements();
  while (places.next()) validatePort(places.place, names, hostPorts);
}

/** A port number that has to be given. */
export function validatePortNumber(port: Place): void {
  port.between(1, HIGHEST_PORT, "a port from 1 to 65535");
}

function validatePort(port: Place, names: Names, hostPorts: Names): void {
  const name = port.to("name");
  if (!isBlank(name.value)) {
    name.follow(portNameRule);
    if (!names.add(name.text)) name.expected("a name that no other port of the container has");
  }
  validatePortNumber(port.to("containerPort"));
  port.oneOf("protocol", PROTOCOLS);
  const hostPort = port.to("hostPort");
  const number = integer(hostPort.value);
  if (number == 0) return;
  if (number < 0 || number > HIGHEST_PORT) return hostPort.expected("a port from 1 to 65535");
  const taken = `${port.to("protocol").text}/${port.to("hostIP").text}/${number}`;
  if (!hostPorts.add(taken)) hostPort.expected("a port of the node that is not taken yet");
}
