package io.ckpt.pbs;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import io.ckpt.fault.Fault;
import io.ckpt.fault.FaultCode;

/** One object of the JSON that a command of PBS printed; numbers may be printed as text. */
record PbsText(JsonObject fields) {
    /**
     * @param group {@code Jobs} or {@code nodes}
     * @throws Fault NOT_FOUND when it is not in there; INTERNAL for what is no such output
     */
    static PbsText parse(String text, String group, String name) {
        try {
            JsonObject all = JsonParser.parseString(text).getAsJsonObject();
            if (!all.has(group) || !all.getAsJsonObject(group).has(name)) {
                throw new Fault(FaultCode.NOT_FOUND, "PBS knows no " + name, "look at qstat -x and pbsnodes -a");
            }
            return new PbsText(all.getAsJsonObject(group).getAsJsonObject(name));
        } catch (JsonParseException | IllegalStateException | ClassCastException e) {
            throw misread("is no list of " + group);
        }
    }

    /** Empty where this version of PBS does not print it. */
    String text(String name) {
        return fields.has(name) && fields.get(name).isJsonPrimitive()
                ? fields.get(name).getAsString()
                : "";
    }

    int number(String name, int otherwise) {
        try {
            return text(name).isEmpty() ? otherwise : Integer.parseInt(text(name));
        } catch (NumberFormatException e) {
            throw misread("says " + name + "=" + text(name) + ", which is no number");
        }
    }

    static Fault misread(String what) {
        return new Fault(
                FaultCode.INTERNAL,
                "the output of PBS " + what,
                "report it with the version of PBS and the output of qstat -f -F json");
    }
}
