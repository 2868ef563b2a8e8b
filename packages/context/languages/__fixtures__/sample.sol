pragma solidity ^0.8.0;
import "./Token.sol";
import {Math} from "./Math.sol";
interface IVault { function hold(uint amount) external; }
library Sums { function add(uint a, uint b) internal pure returns (uint) { return a + b; } }
contract Vault is Token, IVault {
    uint constant LIMIT = 10;
    enum Kind { Small, Large }
    struct Entry { uint amount; }
    event Held(uint amount);
    error TooMuch(uint amount);
    modifier onlyOwner() { _; }
    constructor() { }
    function hold(uint amount) external onlyOwner { emit Held(amount); check(amount); Math.max(1, 2); }
    function check(uint a) internal {}
}
function free(uint a) {}
